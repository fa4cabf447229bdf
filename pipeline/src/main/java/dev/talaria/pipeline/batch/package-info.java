/// Files of documents in, files of extractions out, without a broker.
///
/// A [dev.talaria.pipeline.batch.BatchJob] says what is to be written. Its rows are cut into
/// splits; each is worked on by a [dev.talaria.pipeline.batch.BatchRun] and committed in the job's
/// [dev.talaria.pipeline.batch.JobFolder], and the committed parts become the output.
package dev.talaria.pipeline.batch;
