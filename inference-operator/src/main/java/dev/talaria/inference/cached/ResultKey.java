package dev.talaria.inference.cached;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.PromptVersion;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SamplingOptions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What an answer depends on, as a digest: two requests of one key have the same answer.
///
/// The document's text, the whole task with the digest of its schema, the weights and how they are
/// computed with, the wording of the prompt and the program's version; not the document's id.
///
/// @param sha256 lower-case hexadecimal
record ResultKey(String sha256) {

    /// The key of a request.
    static ResultKey of(Document document, ExtractionTask task, ModelDescription model) {
        Digest digest = new Digest();
        digest.add("talaria-result-1");
        digest.add(document.text());
        digest.add(task.schema().sha256());
        digest.add(task.schema().reference().toString());
        digest.add(task.instruction());
        digest.add(Integer.toString(task.maxAttempts()));
        digest.add(task.grammar().toString());
        add(task.sampling(), digest);
        digest.add(model.sha256());
        digest.add(model.name());
        digest.add(model.quantization());
        digest.add(Integer.toString(model.contextTokens()));
        digest.add(model.description());
        digest.add(PromptVersion.EXTRACTION);
        digest.add(OperatorVersion.current());
        return new ResultKey(digest.hexadecimal());
    }

    private static void add(SamplingOptions sampling, Digest digest) {
        digest.add(Float.toString(sampling.temperature()));
        digest.add(Integer.toString(sampling.topK()));
        digest.add(Float.toString(sampling.topP()));
        digest.add(Float.toString(sampling.minP()));
        digest.add(sampling.penalties().toString());
        digest.add(Long.toString(sampling.seed()));
        digest.add(Integer.toString(sampling.maxTokens()));
        digest.add(Integer.toString(sampling.stop().size()));
        sampling.stop().forEach(digest::add);
        digest.add(sampling.logProbabilities().toString());
    }

    /// Texts with their lengths, so that no two lists of texts are one.
    private static final class Digest {

        private final MessageDigest sha256;

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        void add(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            sha256.update(bytes);
        }

        String hexadecimal() {
            return HexFormat.of().formatHex(sha256.digest());
        }
    }
}
