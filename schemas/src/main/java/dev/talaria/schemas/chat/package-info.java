/// What is said in a conversation with a model, before any format of any model.
@NullMarked
package dev.talaria.schemas.chat;

import org.jspecify.annotations.NullMarked;
