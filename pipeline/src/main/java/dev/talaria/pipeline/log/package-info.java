/// How the log is written, and what of documents is in it; the only package that sees Logback,
/// besides the command that sets its level.
@NullMarked
package dev.talaria.pipeline.log;

import org.jspecify.annotations.NullMarked;
