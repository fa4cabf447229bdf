/// What a model file holds, for people, and whether this program can run it.
package dev.talaria.inference.report;
