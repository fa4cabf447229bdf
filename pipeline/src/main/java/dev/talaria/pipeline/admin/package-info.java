/// What the commands do with a cluster: topics, schemas, documents in, answers out, rejected ones
/// looked at and sent again, how far the pipeline is. Everything ends within a bound, and what goes
/// wrong is one line.
package dev.talaria.pipeline.admin;
