/// Arrow IPC files and streams (Feather version 2 among them), after the columnar format 1.5. The
/// only package that sees Arrow's classes, and of them only the generated ones of its messages.
///
/// Files are mapped, and values taken from where they lie: there is no memory of Arrow's own to
/// bound and to release, and none of its flags for the JVM. Every access is within bounds or an
/// error.
@NullMarked
package dev.talaria.datasets.arrow;

import org.jspecify.annotations.NullMarked;
