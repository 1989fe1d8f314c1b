// Runs one TypeScript module after another in one Node process, so that tests need not start
// Node for each. A line of standard input is the path of a module; a line of standard output is
// what it exported and printed, or how it failed. Only the types are stripped from the modules.
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";

let printed = [];
for (const level of ["log", "warn", "error"]) {
  console[level] = (...words) => printed.push([level, words.map(String).join(" ")]);
}

// A poll that is still on its way when its waiting ended fails nobody.
process.on("unhandledRejection", (reason) => printed.push(["unhandled", String(reason)]));

async function run(path) {
  const { code } = await transform(await readFile(path, "utf8"), { loader: "ts" });
  await writeFile(`${path}.mjs`, code);
  return { ...(await import(pathToFileURL(`${path}.mjs`).href)) };
}

function described(error) {
  const { name, message, statusCode = null } = error;
  return { name, message, status_code: statusCode };
}

for await (const path of createInterface({ input: process.stdin })) {
  printed = [];
  const answer = await run(path).then(
    (values) => ({ values }),
    (error) => ({ error: described(error) }),
  );
  process.stdout.write(`${JSON.stringify({ ...answer, printed })}\n`);
}
process.exit(0);
