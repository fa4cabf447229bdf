package dev.talaria.inference.tokenizer.chat.jinja;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.expression.ExpressionStrategy;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;

/// Writes values as Python shows them: `True`, not `true`. What is not defined leaves nothing.
final class PythonOutput implements ExpressionStrategy {

    private static final long serialVersionUID = 1L;

    @Override
    public RenderedOutputNode interpretOutput(
            ExpressionToken token, JinjavaInterpreter interpreter) {
        Object value = interpreter.resolveELExpression(token.getExpr(), token.getLineNumber());
        String text =
                value instanceof Boolean flag
                        ? flag ? "True" : "False"
                        : interpreter.getAsString(value);
        return new RenderedOutputNode(text);
    }
}
