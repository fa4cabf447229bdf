/// Whether the process does its work, and who may ask: checks, and the port that answers.
@NullMarked
package dev.talaria.pipeline.health;

import org.jspecify.annotations.NullMarked;
