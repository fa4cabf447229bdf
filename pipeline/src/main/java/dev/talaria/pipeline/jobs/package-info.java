/// Batch jobs that many machines share: splits on a topic, taken by a consumer group.
///
/// The topic says what is to be done, the job's folder what is done; whoever takes a split reads
/// the job there and commits there. So Kafka divides the work and notices who is gone, and a split
/// that is taken twice is committed once. All need the same file system.
package dev.talaria.pipeline.jobs;
