/// The text a reader would see, out of other formats.
@NullMarked
package dev.talaria.connectors.text;

import org.jspecify.annotations.NullMarked;
