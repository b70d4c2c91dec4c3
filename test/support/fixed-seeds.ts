import fc from 'fast-check';

/** The same random cases in every run, so that a rare find is no surprise to whoever changed something else; `SEED=…` plays others. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.SEED ?? 1) });
