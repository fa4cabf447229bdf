package dev.talaria.inference.model;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.kernel.WeightMatrix;

/// Products of the same packed rows with one or several matrices, seen as one row of bundles of
/// panels that are best computed together: a thread's share of them is read from one end to the
/// other.
///
/// Set up and used again from stage to stage; between two of them nobody computes.
final class PanelProducts {

    private static final int MOST = 3;

    private final Kernels kernels;
    private final Activations x;
    private final WeightMatrix[] matrices = new WeightMatrix[MOST];
    private final float[][] outs = new float[MOST][];
    private int count;
    private int bundles;
    private int written;
    private int rows;

    PanelProducts(Kernels kernels, Activations x) {
        this.kernels = kernels;
        this.x = x;
    }

    /// Begins with none.
    ///
    /// @param written rows of written tokens, the first of all
    /// @param rows of all
    PanelProducts of(int written, int rows) {
        this.written = written;
        this.rows = rows;
        count = 0;
        bundles = 0;
        return this;
    }

    /// Adds one.
    ///
    /// @param out `(rows, matrix.rows())`
    PanelProducts add(WeightMatrix matrix, float[] out) {
        matrices[count] = matrix;
        outs[count++] = out;
        bundles += bundles(matrix);
        return this;
    }

    private static int bundles(WeightMatrix matrix) {
        return Math.ceilDiv(matrix.panels(), matrix.panelsTogether());
    }

    /// Bundles of all matrices.
    int bundles() {
        return bundles;
    }

    /// Computes some of the bundles.
    ///
    /// @param worker whose scratch memory is used
    void multiply(int from, int to, int worker) {
        int first = 0;
        for (int i = 0; i < count; i++) {
            WeightMatrix matrix = matrices[i];
            int end = first + bundles(matrix);
            int begin = Math.max(from, first);
            int stop = Math.min(to, end);
            if (begin < stop) {
                int panel = (begin - first) * matrix.panelsTogether();
                int endPanel = (stop - first) * matrix.panelsTogether();
                endPanel = Math.min(endPanel, matrix.panels());
                multiply(matrix, outs[i], panel, endPanel, x.scratch[worker]);
            }
            first = end;
        }
    }

    private void multiply(WeightMatrix matrix, float[] out, int from, int to, float[] scratch) {
        if (written > 0) {
            kernels.multiply(
                    Phase.DECODE, matrix, x.packedWritten, written, out, 0, from, to, scratch);
        }
        if (rows > written) {
            kernels.multiply(
                    Phase.PREFILL,
                    matrix,
                    x.packedPrompt,
                    rows - written,
                    out,
                    written,
                    from,
                    to,
                    scratch);
        }
    }
}
