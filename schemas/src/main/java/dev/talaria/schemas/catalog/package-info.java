/// Schemas by id and version, from folders, the class path or a topic; never from the network.
@NullMarked
package dev.talaria.schemas.catalog;

import org.jspecify.annotations.NullMarked;
