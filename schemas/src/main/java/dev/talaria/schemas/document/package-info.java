/// What is read: one document.
@NullMarked
package dev.talaria.schemas.document;

import org.jspecify.annotations.NullMarked;
