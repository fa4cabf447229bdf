/// How much the pipeline carries: documents in and answers out of a broker in this process, each
/// counted, with or without a model, and where the processors' time goes meanwhile.
package dev.talaria.pipeline.load;
