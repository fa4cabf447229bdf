package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.Recognizer;

import java.util.Arrays;

/// What one answer may still become, token by token.
///
/// Two promises. The tokens committed are always the beginning of a value of the grammar. And at
/// every step a completion within the tokens that are left is known, so that an answer ends as a
/// whole value whatever is chosen: [#mask] says what the grammar allows, [#fits] whether the budget
/// does too. A token that ends the turn takes nothing from the budget.
///
/// Where the vocabulary came with its tokenizer, bytes that the grammar leaves no choice about are
/// spelled as the tokenizer spells them: the mask holds the one token then. What is forced is thus
/// the same whether forced tokens are taken together or one by one.
///
/// The last [#MOST_REVOKED] tokens can be taken back. Used by one thread at a time.
public final class TokenConstraint {

    /// The most tokens that can be taken back.
    public static final int MOST_REVOKED = CommittedTokens.MOST;

    private final Constraints constraints;
    private final GrammarMasks masks;
    private final Recognizer recognizer;
    private final TokenMask mask;
    private final int minimumTokens;
    private final CommittedTokens committed;
    private int revocableBytes;
    private int remaining;
    private boolean ended;

    // A known completion, from `followed` on; null where its length in bytes was proof enough.
    private int[] witness;
    private int followed;

    private final SpelledPlaces.Place place = new SpelledPlaces.Place();

    // Made when it is first wanted.
    private TokenMask guessMask;

    private TokenConstraint(
            Constraints constraints,
            GrammarMasks masks,
            Recognizer recognizer,
            CommittedTokens committed,
            int[] witness,
            int minimumTokens,
            int remaining) {
        this.constraints = constraints;
        this.masks = masks;
        this.recognizer = recognizer;
        this.mask = new TokenMask(constraints.vocabulary().size());
        this.committed = committed;
        this.witness = witness;
        this.minimumTokens = minimumTokens;
        this.remaining = remaining;
    }

    static TokenConstraint start(Constraints constraints, Grammar grammar, int maxTokens) {
        Recognizer recognizer = grammar.start();
        int[] witness = cut(constraints, recognizer);
        if (witness.length > maxTokens) {
            throw new TokenBudgetException(witness.length, maxTokens);
        }
        return new TokenConstraint(
                constraints,
                constraints.masks(grammar),
                recognizer,
                new CommittedTokens(),
                witness,
                witness.length,
                maxTokens);
    }

    private static int[] cut(Constraints constraints, Recognizer recognizer) {
        return constraints.trie().cut(recognizer.shortestCompletion(), constraints.vocabulary());
    }

    /// Tokens in the shortest answer known at the start: the least budget that would have done.
    public int minimumTokens() {
        return minimumTokens;
    }

    /// Tokens the budget still holds.
    public int remainingTokens() {
        return remaining;
    }

    /// Whether the tokens so far are a whole value. A number may be whole and still go on.
    public boolean isComplete() {
        return recognizer.isComplete();
    }

    /// Whether any token but those that end the turn may come; where not, the answer is finished
    /// and the model need not be asked.
    public boolean canContinue() {
        if (ended || remaining == 0) {
            return false;
        }
        if (!recognizer.isComplete()) {
            return true;
        }
        for (int octet = 0; octet < 256; octet++) {
            if (recognizer.push(octet)) {
                recognizer.pop(1);
                return true;
            }
        }
        return false;
    }

    /// The tokens the grammar allows next, and those that end the turn where the value is whole.
    /// Where the budget leaves one way only, the next token of that way alone; and where the
    /// grammar leaves one way only, the next token of it as the tokenizer spells it.
    ///
    /// The mask is the caller's to change until the next [#mask].
    public TokenMask mask() {
        fill(mask);
        return mask;
    }

    private void fill(TokenMask into) {
        into.clearAll();
        if (ended) {
            return;
        }
        if (remaining > 0) {
            int forced = forced();
            if (forced >= 0) {
                into.allow(forced);
                return;
            }
            masks.fill(recognizer, into);
        }
        if (recognizer.isComplete()) {
            for (int token : constraints.endTokens()) {
                into.allow(token);
            }
        }
    }

    // The only token there is by the budget or the spelling; -1 where there are more.
    private int forced() {
        if (isForced()) {
            return witness[followed];
        }
        int token = masks.spelled().next(recognizer, committed, place, masks);
        return token >= 0 && fits(token) ? token : -1;
    }

    private boolean isForced() {
        if (recognizer.minimumBytes() < remaining) {
            return false;
        }
        if (witness == null) {
            follow(cut(constraints, recognizer));
        }
        return witness.length - followed == remaining;
    }

    /// A likely next token where there is little choice: that of the mask which spells the most, if
    /// all others of the mask only spell beginnings of it; -1 where there is more choice, or none
    /// but the end. Leaves the last [#mask] alone.
    public int guess() {
        if (recognizer.isComplete()) {
            return -1;
        }
        if (guessMask == null) {
            guessMask = new TokenMask(mask.size());
        }
        TokenMask allowed = guessMask;
        fill(allowed);
        byte[] longest = {};
        int guess = -1;
        for (int token = allowed.nextAllowed(0);
                token >= 0;
                token = allowed.nextAllowed(token + 1)) {
            byte[] bytes = constraints.vocabulary().bytes(token);
            if (Arrays.mismatch(bytes, longest) < Math.min(bytes.length, longest.length)
                    && !Arrays.equals(bytes, longest)) {
                return -1;
            }
            // Of tokens that spell the same, byte tokens come first and are rarely meant.
            if (bytes.length >= longest.length) {
                longest = bytes;
                guess = token;
            }
        }
        return guess;
    }

    /// Whether the token may come: the grammar allows it, and after it the answer can still be
    /// completed within the budget. At least one token of the mask always fits.
    public boolean fits(int token) {
        if (ended) {
            return false;
        }
        if (constraints.isEnd(token)) {
            return recognizer.isComplete();
        }
        if (isFollowed(token)) {
            return true;
        }
        int pushed = push(token);
        boolean fits = pushed > 0 && (isCheap() || isWithin(cut(constraints, recognizer)));
        recognizer.pop(pushed);
        return fits;
    }

    /// Appends a token to the answer.
    ///
    /// @throws IllegalArgumentException where it does not fit; nothing is changed
    /// @throws IllegalStateException after a token that ended the turn
    public void commit(int token) {
        if (ended) {
            throw new IllegalStateException("the answer has ended");
        }
        if (constraints.isEnd(token)) {
            end(token);
        } else if (isFollowed(token)) {
            keep(token, push(token));
            followed++;
            remaining--;
        } else {
            leave(token);
        }
    }

    /// How many tokens can be taken back: those committed since the start, or since this was
    /// forked, but for [#MOST_REVOKED] at most.
    public int revocable() {
        return committed.revocable();
    }

    /// Takes the last tokens back: everything is as it was before they were committed, the budget,
    /// the known completion and whether the turn has ended included.
    ///
    /// @throws IllegalArgumentException where that is more than [#revocable]; nothing is changed
    public void rollback(int count) {
        if (count < 0 || count > committed.revocable()) {
            throw new IllegalArgumentException(
                    "cannot take back " + count + " of " + committed.revocable() + " tokens");
        }
        for (int i = 0; i < count; i++) {
            int token = committed.remove();
            if (ended) {
                ended = false;
            } else {
                int pushed = constraints.vocabulary().bytes(token).length;
                recognizer.pop(pushed);
                revocableBytes -= pushed;
                remaining++;
            }
            witness = committed.witnessBefore();
            followed = committed.followedBefore();
        }
    }

    private void end(int token) {
        if (!recognizer.isComplete()) {
            throw refused(token);
        }
        keep(token, 0);
        ended = true;
    }

    // The known completion is left: another is needed, unless it is short in bytes already.
    private void leave(int token) {
        int pushed = push(token);
        if (pushed == 0) {
            throw refused(token);
        }
        int[] completion = isCheap() ? null : cut(constraints, recognizer);
        if (completion != null && !isWithin(completion)) {
            recognizer.pop(pushed);
            throw refused(token);
        }
        keep(token, pushed);
        follow(completion);
        remaining--;
    }

    private void keep(int token, int pushed) {
        int forgotten = committed.forgottenNext();
        committed.add(token, witness, followed);
        revocableBytes += pushed;
        if (forgotten >= 0) {
            revocableBytes -= constraints.vocabulary().bytes(forgotten).length;
        }
        recognizer.settle(revocableBytes);
    }

    private static IllegalArgumentException refused(int token) {
        return new IllegalArgumentException(
                "token " + token + " does not fit here; choose one of the mask that does");
    }

    private void follow(int[] completion) {
        witness = completion;
        followed = 0;
    }

    private boolean isFollowed(int token) {
        return witness != null && followed < witness.length && witness[followed] == token;
    }

    // One token a byte will do: each has one.
    private boolean isCheap() {
        return recognizer.minimumBytes() <= remaining - 1;
    }

    private boolean isWithin(int[] completion) {
        return completion.length <= remaining - 1;
    }

    /// Bytes pushed; 0 where the grammar does not allow the token.
    private int push(int token) {
        if (token < 0 || token >= constraints.vocabulary().size() || remaining == 0) {
            return 0;
        }
        byte[] bytes = constraints.vocabulary().bytes(token);
        for (int i = 0; i < bytes.length; i++) {
            if (!recognizer.push(bytes[i] & 0xFF)) {
                recognizer.pop(i);
                return 0;
            }
        }
        return bytes.length;
    }

    /// An independent constraint in the same place. Its tokens so far cannot be taken back.
    public TokenConstraint fork() {
        int[] tail = witness == null ? null : Arrays.copyOfRange(witness, followed, witness.length);
        TokenConstraint fork =
                new TokenConstraint(
                        constraints,
                        masks,
                        recognizer.fork(),
                        new CommittedTokens(committed),
                        tail,
                        minimumTokens,
                        remaining);
        fork.ended = ended;
        return fork;
    }
}
