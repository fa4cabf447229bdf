// Answers dev.talaria.eval.peer.LlamaCpp: one line of JSON in, one line out. Started in a folder that
// has node-llama-cpp in its node_modules. Works between question and answer only; ends with its input.
//
// The package's own interface samples a token after every pass and works through a queue. What is timed
// here are the forward passes alone, so it goes one layer deeper, to the binding that interface is made
// of, as of the one version that is installed.
import {createInterface} from "node:readline";
import * as nodeLlamaCpp from "node-llama-cpp";

const {getLlama, LlamaLogLevel} = nodeLlamaCpp;

// Standard output is for answers.
for (const name of ["log", "info", "debug"])
    console[name] = console.error;

// Handed over as an argument, which the processes that the package starts to try its binaries would inherit.
process.execArgv = [];

// Token i of every prompt is i modulo this, as in our own bench.
const tokenCycle = 251;

// Rows of one pass at the most: what llama.cpp's own bench has as its default.
const passRows = 512;

let llama = null;
let model = null;
let threads = 1;

async function load(question) {
    llama = await getLlama({
        gpu: false,
        build: "never",
        skipDownload: true,
        progressLogs: false,
        maxThreads: 0,
        logLevel: LlamaLogLevel.error,
        logger: (level, message) => console.error(message)
    });
    if (llama.gpu !== false)
        throw new Error("it would use a GPU (" + llama.gpu + ")");
    model = await llama.loadModel({modelPath: question.model, gpuLayers: 0});
    threads = question.threads;
    return {build: llama.llamaCppRelease.release, features: llama.systemInfo};
}

// A new context for every question, as large as that needs: nothing is left of the one before.
async function inContext(sequences, tokensEach, compute) {
    const context = await model.createContext({
        contextSize: tokensEach,
        sequences,
        batchSize: passRows,
        threads,
        flashAttention: "auto"
    });
    try {
        const binding = context._ctx;
        if (typeof binding?.decodeBatch !== "function")
            throw new Error("this version of node-llama-cpp has another inside than expected");
        if (binding.getThreads() !== threads)
            throw new Error(`it computes with ${binding.getThreads()} threads instead of ${threads}`);
        return await compute(binding);
    } finally {
        await context.dispose();
    }
}

const token = (position) => position % tokenCycle;

// The tokens [from, to) of a sequence, in as few passes as there can be; logits for the last if wanted.
async function read(binding, sequence, from, to, wantsLogits) {
    let last;
    for (let at = from; at < to; at += passRows) {
        const end = Math.min(to, at + passRows);
        const tokens = Uint32Array.from({length: end - at}, (_, i) => token(at + i));
        const logits = wantsLogits && end === to ? [end - at - 1] : [];
        binding.initBatch(end - at);
        last = binding.addToBatch(sequence, at, tokens, Uint32Array.from(logits));
        await binding.decodeBatch();
    }
    return last?.[0];
}

// One token of each sequence.
async function step(binding, sequences, position) {
    binding.initBatch(sequences);
    for (let sequence = 0; sequence < sequences; sequence++)
        binding.addToBatch(sequence, position, Uint32Array.of(token(position)), Uint32Array.of(0));
    await binding.decodeBatch();
}

async function timed(compute) {
    const start = process.hrtime.bigint();
    await compute();
    return {seconds: Number(process.hrtime.bigint() - start) / 1e9};
}

// Extractions keep their context: what its sequences have read of the prompts' common beginning stays there.
let extraction = null;

async function extractionContext({sequences, longest, looksUp, shared}) {
    const key = JSON.stringify([sequences, longest, looksUp, shared]);
    if (extraction?.key !== key) {
        await extraction?.context.dispose();
        extraction = null;
        const context = await model.createContext({
            contextSize: longest,
            sequences,
            batchSize: passRows,
            threads,
            flashAttention: "auto"
        });
        extraction = {key, context, sequences: await begun(context, sequences, looksUp, shared)};
    }
    return extraction.sequences;
}

// Sequences that have read the common beginning, the first by itself and the others from it where that can be.
async function begun(context, count, looksUp, shared) {
    const options = () => looksUp ? {tokenPredictor: new nodeLlamaCpp.InputLookupTokenPredictor()} : {};
    const sequences = Array.from({length: count}, () => context.getSequence(options()));
    for (const sequence of sequences) {
        const copied = sequence !== sequences[0] && !looksUp && typeof sequence._copyStateFromOtherSequence === "function"
            && await sequence._copyStateFromOtherSequence(sequences[0], shared.length);
        if (!copied) {
            await sequence.clearHistory();
            await sequence.evaluateWithoutGeneratingNewTokens(shared);
        }
    }
    return sequences;
}

// One document: what the sequence has of its prompt is not read again, and it ends with the value.
async function extract(sequence, prompt, grammar, mostTokens) {
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const unread = prompt.slice(sequence.nextTokenIndex);
    const written = [];
    let text = "";
    for await (const token of sequence.evaluate(unread, {
        temperature: 0,
        grammarEvaluationState: new nodeLlamaCpp.LlamaGrammarEvaluationState({model, grammar})
    })) {
        written.push(token);
        if (model.detokenize([token]).includes("}")) {
            text = model.detokenize(written).trim();
            if (isWhole(text))
                break;
        }
        if (written.length >= mostTokens)
            break;
    }
    return {text: isWhole(text) ? text : model.detokenize(written), read: unread.length, written: written.length};
}

function isWhole(text) {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

const answers = {
    load,

    documents: async (question) => {
        const grammar = await llama.createGrammarForJsonSchema(JSON.parse(question.schema));
        const sequences = await extractionContext(question);
        const results = [];
        let next = 0;
        const work = async (sequence) => {
            while (next < question.prompts.length) {
                const index = next++;
                results[index] = await extract(sequence, question.prompts[index], grammar, question.mostTokens);
            }
        };
        return {...await timed(() => Promise.all(sequences.map(work))), results};
    },

    prompt: ({tokens}) =>
        inContext(1, tokens, async (binding) => {
            await step(binding, 1, 0);
            binding.disposeSequence(0);
            return await timed(() => read(binding, 0, 0, tokens, true));
        }),

    next: ({tokens}) =>
        inContext(1, tokens, async (binding) => {
            const row = await read(binding, 0, 0, tokens, true);
            const sampler = new llama._bindings.AddonSampler(model._model);
            sampler.applyConfig({temperature: 0});
            try {
                return {token: await binding.sampleToken(row, sampler)};
            } finally {
                sampler.dispose();
            }
        }),

    decode: ({sequences, context, steps}) =>
        inContext(sequences, context + 1 + steps, async (binding) => {
            if (sequences > context)
                for (let position = 0; position < context; position++)
                    await step(binding, sequences, position);
            else
                for (let sequence = 0; sequence < sequences; sequence++)
                    await read(binding, sequence, 0, context, false);
            // The first step of a new context plans the ones that follow.
            await step(binding, sequences, context);
            return await timed(async () => {
                for (let i = 1; i <= steps; i++)
                    await step(binding, sequences, context + i);
            });
        })
};

for await (const line of createInterface({input: process.stdin})) {
    const question = JSON.parse(line);
    let answer;
    try {
        answer = await answers[question.do](question);
    } catch (error) {
        answer = {error: String(error?.message ?? error)};
    }
    process.stdout.write(JSON.stringify({id: question.id, ...answer}) + "\n");
}
process.exit(0);
