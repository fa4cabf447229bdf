/// What is asked about a document: instruction, schema and sampling.
@NullMarked
package dev.talaria.schemas.task;

import org.jspecify.annotations.NullMarked;
