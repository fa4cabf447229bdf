/// The door of this module: files and folders of any format, told apart by what is in them.
@NullMarked
package dev.talaria.datasets.file;

import org.jspecify.annotations.NullMarked;
