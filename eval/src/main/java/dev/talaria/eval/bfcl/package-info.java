/// The Berkeley Function-Calling Leaderboard: its files as questions, and its rules for which calls
/// are right.
package dev.talaria.eval.bfcl;
