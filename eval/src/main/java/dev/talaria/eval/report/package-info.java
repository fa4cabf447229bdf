/// What is made of results: the page to look at, and two runs side by side. A page is one file that
/// asks nobody for anything, and whatever a model wrote is text in it.
@NullMarked
package dev.talaria.eval.report;

import org.jspecify.annotations.NullMarked;
