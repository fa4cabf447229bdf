package dev.talaria.inference.tokenizer.chat.jinja;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpreterFactory;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;

/// The library's interpreters, writing values as Python does from the first expression they parse.
final class PythonInterpreters implements InterpreterFactory {

    @Override
    public JinjavaInterpreter newInstance(JinjavaInterpreter interpreter) {
        return new JinjavaInterpreter(interpreter);
    }

    @Override
    public JinjavaInterpreter newInstance(Jinjava jinjava, Context context, JinjavaConfig config) {
        context.setExpressionStrategy(new PythonOutput());
        return new JinjavaInterpreter(jinjava, context, config);
    }
}
