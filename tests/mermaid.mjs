#!/usr/bin/env -S NODE_PATH=/usr/share/nodejs node
// SPDX-License-Identifier: GPL-2.0
/*
 * tests/mermaid.mjs <DIAGRAM - parse it as Mermaid does, which
 * scripts/mermaid has fetched, and print its type and, of a flowchart, its edges:
 *
 *	flowchart-v2
 *	CLOSED LISTEN
 *	...
 */
import { readFileSync } from 'fs';
import { createRequire } from 'module';
import vm from 'vm';

const { JSDOM } = createRequire(import.meta.url)('jsdom');
const dom = new JSDOM('');

globalThis.window = dom.window;
globalThis.document = dom.window.document;
vm.runInThisContext(readFileSync('build/mermaid.js', 'utf8'));

const text = readFileSync(0, 'utf8');
const { mermaid } = globalThis;

try {
	await mermaid.parse(text);
	const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text);

	console.log(type);
	for (const edge of db.getEdges?.() ?? [])
		console.log(edge.start, edge.end);
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
}
