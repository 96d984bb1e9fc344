// SPDX-License-Identifier: GPL-2.0
// What view_report.c wrote, drawn. Text is only ever set as text.
"use strict";

const ROW = 22;			// height of a row, as in report.css
const ROWS_MAX = 18;		// that the list shows at a time
const LISTENER = 4;		// of enum side
const CLEAN_VERDICTS = 3;	// those below are no trouble, of enum verdict
const HATCH = 0;		// a state that is not known

let data, sockets, shown = [], chosen = null, view, whole;

const $ = (id) => document.getElementById(id);
const count = (n) => n.toLocaleString("en");

function make(name, attributes = {}, ...children) {
	const element = document.createElement(name);

	for (const key in attributes)
		element.setAttribute(key, attributes[key]);
	element.append(...children);
	return element;
}

function draw(name, attributes = {}, ...children) {
	const element = document.createElementNS("http://www.w3.org/2000/svg",
						 name);

	for (const key in attributes)
		element.setAttribute(key, attributes[key]);
	element.append(...children);
	return element;
}

// Three digits and a unit, cut off, as the reader writes them
function duration(ns) {
	const units = [["s", 1e9], ["ms", 1e6], ["µs", 1e3], ["ns", 1]];
	const [unit, size] = units.find(([, s]) => ns >= s) || units[3];
	const value = ns / size;
	const digits = size === 1 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
	const cut = Math.floor(value * 10 ** digits + 1e-9) / 10 ** digits;

	return cut.toFixed(digits) + unit;
}

// The time on the wall where the page was made
function clock(ns, withDay) {
	const [second, rest, zone] = data.origin;
	const all = ns + rest;
	const day = new Date((second + zone + Math.floor(all / 1e9)) * 1000);
	const text = day.toISOString().slice(withDay ? 0 : 11, 19);
	const micros = Math.floor((all % 1e9 + 1e9) % 1e9 / 1e3);

	return withDay ? text.replace("T", " ") :
	       text + "." + String(micros).padStart(6, "0");
}

// The state diagram

const BOX = { width: 120, height: 28 };
const PLACES = {
	CLOSED: [480, 24], LISTEN: [480, 112], SYN_SENT: [730, 205],
	SYN_RCVD: [230, 205], ESTABLISHED: [480, 305], FIN_WAIT_1: [230, 395],
	FIN_WAIT_2: [230, 500], CLOSING: [480, 500], TIME_WAIT: [480, 590],
	CLOSE_WAIT: [730, 395], LAST_ACK: [730, 500],
};

function edgeName(edge) {
	return `${data.states[edge[0]]} -> ${data.states[edge[1]]}`;
}

function edgeCauses(edge) {
	return edge.slice(6).map(([cause, n, foreign]) =>
		`${cause}${foreign ? "*" : ""} ${count(n)}`).join(", ");
}

// Where the line between two middles leaves the first one's box
function leave([x, y], [toX, toY]) {
	const dx = toX - x, dy = toY - y;
	const part = Math.min(Math.abs((BOX.width / 2 + 3) / dx),
			      Math.abs((BOX.height / 2 + 3) / dy));

	return [x + dx * part, y + dy * part];
}

function arrowHead(x, y, angle, attributes) {
	const turn = angle * 180 / Math.PI;

	return draw("path", { d: "M0 0L-9 -4L-9 4z", ...attributes,
			      transform: `translate(${x} ${y}) rotate(${turn})` });
}

// Aside of the straight line, as another edge may go back
function edgeBetween(from, to, bent) {
	const [x1, y1] = leave(from, to), [x2, y2] = leave(to, from);
	const length = Math.hypot(x2 - x1, y2 - y1), bend = bent ? 30 : 0;
	const x = (x1 + x2) / 2 + (y2 - y1) / length * bend;
	const y = (y1 + y2) / 2 - (x2 - x1) / length * bend;

	return { line: `M${x1} ${y1}Q${x} ${y} ${x2} ${y2}`, x2, y2,
		 angle: Math.atan2(y2 - y, x2 - x),
		 x: (x1 + x2 + 2 * x) / 4, y: (y1 + y2 + 2 * y) / 4 };
}

// To CLOSED go so many that each but names it
function edgeToClosed([x, y]) {
	const sign = x < 300 || y < 200 ? -1 : 1;
	const x1 = x + sign * (BOX.width / 2 + 3), x2 = x1 + sign * 66;

	return { line: `M${x1} ${y}H${x2}`, x2, y2: y, x: (x1 + x2) / 2, y,
		 angle: sign < 0 ? Math.PI : 0, sign };
}

function drawEdge(edge) {
	const [from, to] = [edge[0], edge[1]].map((s) => data.states[s]);
	const closed = to === "CLOSED" && from !== "CLOSED";
	const bent = from !== "CLOSED" &&
		     data.edges.some((e) => e[0] === edge[1] && e[1] === edge[0]);
	const path = closed ? edgeToClosed(PLACES[from]) :
			      edgeBetween(PLACES[from], PLACES[to], bent);
	const group = draw("g", { class: edge[3] ? "edge foreign" : "edge",
				  "data-edge": edgeName(edge) },
		draw("title", {}, `${edgeName(edge)}: ${edgeCauses(edge)}`),
		draw("path", { d: path.line,
			       "stroke-width": 1 + Math.log10(edge[2]) / 2 }),
		arrowHead(path.x2, path.y2, path.angle, { class: "head" }),
		draw("text", { x: path.x, y: path.y + (closed ? -5 : 4),
			       class: "middle" },
		     count(edge[2]) + (edge[3] ? "*" : "")));

	if (closed)
		group.append(draw("text", { x: path.x2 + path.sign * 5,
			y: path.y + 4, class: path.sign < 0 ? "end faint" : "faint" },
			"CLOSED"));
	return group;
}

function drawState(name) {
	const [x, y] = PLACES[name];
	const used = data.edges.some((edge) => edgeName(edge).split(" -> ")
					       .includes(name));

	return draw("g", { class: `node s-${name}${used ? "" : " never"}` },
		draw("rect", { x: x - BOX.width / 2, y: y - BOX.height / 2,
			       width: BOX.width, height: BOX.height, rx: 5 }),
		draw("text", { x, y: y + 4, class: "middle" }, name));
}

function edgeRow(edge) {
	const time = (ns) => ns === null ? "" : duration(ns);
	const star = edge[3] ? " *" : "";

	return make("tr", { class: edge[3] ? "foreign" : "",
			    "data-edge": edgeName(edge) },
		make("td", {}, edgeName(edge) + star),
		make("td", {}, count(edge[2])), make("td", {}, time(edge[4])),
		make("td", {}, time(edge[5])), make("td", {}, edgeCauses(edge)));
}

function light(event) {
	const over = event.target.closest("[data-edge]");

	for (const element of document.querySelectorAll("[data-edge]"))
		element.classList.toggle("lit", over !== null &&
			element.dataset.edge === over.dataset.edge);
}

function drawDiagram() {
	$("diagram").append(...data.edges.map(drawEdge),
			    ...Object.keys(PLACES).map(drawState));
	$("edges").tBodies[0].append(...data.edges.map(edgeRow));
	$("foreign").hidden = !data.edges.some((edge) =>
		edge.slice(6).some((cause) => cause[2]));
	for (const id of ["diagram", "edges"])
		$(id).addEventListener("mouseover", light);
}

// The sockets

const FIELDS = ["conn", "netns", "owner", "local", "remote", "lport", "rport",
		"side", "verdict", "words", "from", "to", "received", "acked",
		"retrans"];

function readSocket(fields) {
	return Object.fromEntries(FIELDS.map((name, i) => [name, fields[i]]));
}

const key = (conn, netns) => `${conn}/${netns}`;

// A socket that is opened again, or was there before and after a loss, keeps its
// cookie: the first ladder is the first's that had not ended by then.
function findLadders() {
	const ends = new Map();

	for (const ladder of data.ladders.sort((a, b) => a.from - b.from)) {
		ladder.ends.forEach(([conn, netns], end) => {
			const id = key(conn, netns);

			if (!ends.has(id))
				ends.set(id, []);
			ends.get(id).push({ ladder, end });
		});
	}
	for (const socket of sockets) {
		const found = ends.get(key(socket.conn, socket.netns));

		if (socket.conn !== "0" && found?.[0]?.ladder.from <= socket.to)
			Object.assign(socket, found.shift());
	}
}

function readSockets() {
	sockets = data.sockets.map(readSocket);
	sockets.sort((a, b) => a.to - b.to);
	findLadders();
	whole = [Infinity, -Infinity];
	for (const { from, to, ladder } of sockets) {
		whole[0] = Math.min(whole[0], from ?? to, ladder ? ladder.from : to);
		whole[1] = Math.max(whole[1], to);
	}
	if (!sockets.length)
		whole = [0, 1];
	if (whole[0] === whole[1])
		whole[1]++;
	view = whole;
	for (const socket of sockets)
		socket.from ??= whole[0];
	sockets.sort((a, b) => a.from - b.from);
}

// Its states and when it was in them, from the edges in its ladder
function spans(socket) {
	const { ladder, end, from, to } = socket;
	const listens = data.states.indexOf("LISTEN");
	let at = ladder ? ladder.from : from;
	let span = { from, state: socket.side === LISTENER ? listens :
				  ladder ? ladder.ends[end][4] : HATCH };
	const all = [span];

	for (const row of ladder ? ladder.rows : []) {
		at += row[0];
		if (row.length !== 4 || row[1] !== end || !row[2])
			continue;
		span.to = at;
		span = { from: at, state: row[2] };
		all.push(span);
	}
	if (ladder && ladder.omitted) {
		span.to = at;
		all.push(span = { from: at, state: HATCH });
	}
	span.to = to;
	return all.filter((one) => one.to > one.from &&
				   data.states[one.state] !== "CLOSED");
}

// Place in the part of time that one looks at, from 0 to 1
function place(ns) {
	return Math.max(-.01, Math.min(1.01, (ns - view[0]) / (view[1] - view[0])));
}

function drawSpan({ from, to, state }) {
	const bar = make("i", { class: `s-${data.states[state]}` });

	bar.style.left = place(from) * 100 + "%";
	bar.style.width = (place(to) - place(from)) * 100 + "%";
	bar.title = `${data.states[state] || "not kept"} ${duration(to - from)}`;
	return bar;
}

function drawRow(socket, i) {
	const ends = `${socket.local} > ${socket.remote}`;
	const row = make("div", { class: "row", role: "option", "data-row": i,
				  "aria-selected": socket === chosen },
		make("span", { title: socket.owner }, socket.owner),
		make("span", { title: ends }, ends),
		make("div", { class: "bars" }, ...spans(socket).map(drawSpan)),
		make("span", { title: socket.words,
			       class: socket.verdict < CLEAN_VERDICTS ? "" : "v-bad" },
		     socket.words));

	row.style.top = i * ROW + "px";
	return row;
}

// Only those that can be seen, however many there are
function drawRows() {
	const list = $("list");
	const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 5);
	const end = first + Math.ceil(list.clientHeight / ROW) + 10;
	const seen = shown.slice(first, end);

	$("rows").style.height = shown.length * ROW + "px";
	$("rows").replaceChildren(...seen.map((socket, i) =>
		drawRow(socket, first + i)));
}

function ticks(width) {
	const least = (view[1] - view[0]) / Math.max(1, width / 90);
	const power = 10 ** Math.floor(Math.log10(least));
	const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= least);
	const all = [];

	for (let n = Math.ceil((view[0] - whole[0]) / step);
	     n * step <= view[1] - whole[0]; n++)
		all.push(n * step);
	return { all, step };
}

// As many digits as tell a tick from the next one
function tickName(ns, step) {
	const [unit, size] = [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]
		.find(([, s]) => step >= s / 10) || ["ns", 1];
	const digits = Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9));

	return `${(ns / size).toFixed(digits)} ${unit}`;
}

function drawAxis() {
	const axis = $("axis"), width = axis.getBoundingClientRect().width;
	const { all, step } = ticks(width);

	axis.replaceChildren(axis.firstElementChild, ...all.flatMap((ns) => {
		const x = place(ns + whole[0]) * width;

		return [draw("line", { x1: x, x2: x, y1: 14, y2: 21 }),
			draw("text", { x: x + 3, y: 14 },
			     x < width - 40 ? tickName(ns, step) : "")];
	}));
}

function look(from, to) {
	view = [from, to];
	$("whole").hidden = from === whole[0] && to === whole[1];
	filter();
}

function matches(socket, port, owner, verdict) {
	return (!port || socket.lport === +port || socket.rport === +port) &&
	       (!owner || socket.owner.toLowerCase().includes(owner)) &&
	       (verdict === "" || socket.verdict === +verdict) &&
	       socket.to >= view[0] && socket.from <= view[1];
}

function filter() {
	const port = $("port").value.trim();
	const owner = $("owner").value.trim().toLowerCase();
	const verdict = $("verdict").value;

	shown = sockets.filter((socket) => matches(socket, port, owner, verdict));
	$("shown").value = `${count(shown.length)} of ${count(sockets.length)} sockets`;
	$("list").scrollTop = 0;
	drawAxis();
	drawRows();
}

// Its ladder

const LADDER = { width: 1000, left: 200, right: 800, header: 66, pause: 1e9 };

const isArrow = (row) => row.length === 6;
const isChange = (row) => row.length === 4;

// Where each row is, and after how long, if that is worth to be told
function layOut(ladder) {
	let y = LADDER.header, at = ladder.from;

	return ladder.rows.map((row) => {
		const pause = row[0] >= LADDER.pause ? row[0] : 0;

		at += row[0];
		y += pause ? 2 * ROW : ROW;
		return { row, at, y, pause };
	});
}

function lineOf(ladder, end) {
	return end === ladder.client ? LADDER.left : LADDER.right;
}

function drawHeader(ladder, end) {
	const [conn, , owner, address] = ladder.ends[end];
	const x = lineOf(ladder, end);
	const texts = [owner, address, conn === "0" ? "" : `conn ${conn}`];

	return texts.map((text, i) => draw("text", { x, y: 18 + i * 17,
		class: i === 2 ? "middle faint" : "middle" }, text));
}

// Beside the lifeline, at the outside
function beside(ladder, end, y, text, kind = "") {
	const left = end === ladder.client;

	return draw("text", { x: lineOf(ladder, end) + (left ? -12 : 12), y,
			      class: left ? `end ${kind}` : kind }, text);
}

function drawFirstState(ladder, end) {
	const state = data.states[ladder.ends[end][4]];

	return state ? [beside(ladder, end, LADDER.header + 8, state)] : [];
}

function drawBars(ladder, end, rows, bottom) {
	const x = lineOf(ladder, end);
	const changes = rows.filter(({ row }) =>
		isChange(row) && row[1] === end && row[2]);
	let state = ladder.ends[end][4], y = LADDER.header;
	const bars = [];

	for (const change of [...changes, { y: bottom, row: [] }]) {
		const name = data.states[state], thin = !name;

		if (name !== "CLOSED")
			bars.push(draw("rect", { x: thin ? x - .5 : x - 4, y,
				width: thin ? 1 : 8, height: change.y - y,
				class: `bar s-${name}` }));
		state = change.row[2];
		y = change.y;
	}
	return bars;
}

function drawChange(ladder, { row, at, y }) {
	const [, end, state, text] = row;

	return [beside(ladder, end, y + 4,
		       state ? `${data.states[state]} (${text})` : text),
		beside(ladder, end, y + 14, clock(at), "faint small")];
}

function drawArrow(ladder, rows, { row, y }) {
	const [, sender, segment, fate, again, words] = row;
	const sign = sender === ladder.client ? 1 : -1;
	const x1 = lineOf(ladder, sender) + 7 * sign, y1 = rows[segment].y;
	const x = lineOf(ladder, 1 - sender) - 7 * sign;
	const x2 = fate ? (x1 + x) / 2 : x, y2 = fate ? y1 : y;
	const slope = (y2 - y1) / (x2 - x1), indent = 14 * sign;

	return [
		draw("path", { d: `M${x1} ${y1}L${x2} ${y2}`,
			       class: again ? "arrow again" : "arrow" }),
		fate ? draw("path", { class: "cross",
				      d: `M${x2 - 4} ${y2 - 4}l8 8m0 -8l-8 8` }) :
		       arrowHead(x2, y2, Math.atan2(y2 - y1, x2 - x1),
				 { class: "head" }),
		draw("text", { class: sign > 0 ? "" : "end", transform:
			`matrix(1 ${slope} 0 1 ${x1 + indent} ` +
			`${y1 + indent * slope - (fate ? 8 : 5)})` },
		     `${clock(rows[segment].at)}  ${words}`),
	];
}

function drawPlaced(ladder, rows, placed) {
	const pause = placed.pause ?
		[draw("text", { x: LADDER.width / 2, y: placed.y - ROW,
				class: "middle faint" }, duration(placed.pause))] : [];

	if (isArrow(placed.row))
		return [...pause, ...drawArrow(ladder, rows, placed)];
	return isChange(placed.row) ?
	       [...pause, ...drawChange(ladder, placed)] : pause;
}

function drawLadder(ladder) {
	const rows = layOut(ladder);
	const bottom = rows[rows.length - 1].y + ROW;
	const picture = $("picture");

	picture.setAttribute("height", bottom + (ladder.omitted ? 2 * ROW : 4));
	picture.replaceChildren(
		...[0, 1].flatMap((end) => [...drawHeader(ladder, end),
			...drawBars(ladder, end, rows, bottom),
			...drawFirstState(ladder, end)]),
		...rows.flatMap((placed) => drawPlaced(ladder, rows, placed)),
		draw("text", { x: LADDER.width / 2, y: bottom + ROW,
			       class: "middle faint" }, ladder.omitted));
}

function facts(socket) {
	const side = ["was there before", "opened here", "opened by the peer",
		      "opened by both", "listens"][socket.side];

	return [socket.owner, side, `${clock(socket.from, true)} for ` +
		duration(socket.to - socket.from),
		`bytes in ${count(socket.received)}, out ${count(socket.acked)}`,
		`segments retransmitted ${count(socket.retrans)}`,
		`netns ${socket.netns}`].join("  ·  ");
}

function choose(socket) {
	chosen = socket;
	$("ladder").hidden = false;
	document.querySelector("#ladder h2").textContent =
		`${socket.local} > ${socket.remote}  ${socket.words}`;
	$("facts").textContent = facts(socket);
	if (socket.ladder)
		drawLadder(socket.ladder);
	else
		$("picture").replaceChildren(draw("text", { x: 500, y: 20,
			class: "middle faint" }, socket.side === LISTENER ?
			"A listener has no peer: there is no ladder of it." :
			"Its ladder is not in this page."));
	drawRows();
	$("ladder").scrollIntoView({ block: "nearest" });
}

// What one does

function chooseNext(event) {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	const i = shown.indexOf(chosen) + step;
	const list = $("list");

	if (!step)
		return;
	event.preventDefault();
	if (i < 0 || i >= shown.length)
		return;
	list.scrollTop = Math.min(i * ROW, Math.max(list.scrollTop,
		(i + 1) * ROW - list.clientHeight));
	choose(shown[i]);
}

function lookCloser() {
	const margin = Math.max(1000, (chosen.to - chosen.from) * .1);

	look(Math.max(whole[0], chosen.from - margin),
	     Math.min(whole[1], chosen.to + margin));
}

// Drag over the axis to look closer at that part of time.
function followDrag() {
	const axis = $("axis");
	const where = (event) => event.clientX - axis.getBoundingClientRect().left;
	const time = (x) => view[0] + (view[1] - view[0]) *
		Math.max(0, Math.min(1, x / axis.getBoundingClientRect().width));
	let begin = null, band;

	axis.addEventListener("pointerdown", (event) => {
		begin = where(event);
		band = draw("rect", { y: 0, height: 21 });
		axis.append(band);
		axis.setPointerCapture(event.pointerId);
	});
	axis.addEventListener("pointermove", (event) => {
		if (begin === null)
			return;
		band.setAttribute("x", Math.min(begin, where(event)));
		band.setAttribute("width", Math.abs(where(event) - begin));
	});
	axis.addEventListener("pointerup", (event) => {
		const [from, to] = [begin, where(event)].sort((a, b) => a - b);

		begin = null;
		band.remove();
		if (to - from > 3)
			look(time(from), time(to));
	});
}

function follow() {
	$("port").addEventListener("input", filter);
	$("owner").addEventListener("input", filter);
	$("verdict").addEventListener("change", filter);
	$("filter").addEventListener("reset", () => setTimeout(filter));
	$("filter").addEventListener("submit", (event) => event.preventDefault());
	$("whole").addEventListener("click", () => look(...whole));
	$("closer").addEventListener("click", lookCloser);
	$("list").style.height = Math.min(sockets.length, ROWS_MAX) * ROW + "px";
	$("list").addEventListener("scroll", drawRows);
	$("list").addEventListener("keydown", chooseNext);
	$("rows").addEventListener("click", (event) => {
		const row = event.target.closest("[data-row]");

		if (row)
			choose(shown[row.dataset.row]);
	});
	window.addEventListener("resize", () => {
		drawAxis();
		drawRows();
	});
	followDrag();
}

// What there is to choose from, and what is not there

function countBy(all, name) {
	const counts = new Map();

	for (const one of all)
		counts.set(name(one), (counts.get(name(one)) || 0) + 1);
	return counts;
}

function fillFilter() {
	const verdicts = countBy(sockets, (socket) => socket.verdict);
	const owners = countBy(sockets, (socket) => socket.owner.replace(/\[\d+\]$/, ""));

	data.verdicts.forEach((name, i) => {
		if (verdicts.has(i))
			$("verdict").append(make("option", { value: i },
				`${name} (${count(verdicts.get(i))})`));
	});
	$("owners").append(...[...owners.keys()].sort().slice(0, 500)
		.map((value) => make("option", { value })));
	$("legend").append(...Object.keys(PLACES).filter((name) => name !== "CLOSED")
		.map((name) => make("li", { class: `s-${name}` }, name)));
}

function warn() {
	const of = [[data.lost, "records were lost, and what they told"],
		    [data.sockets_omitted, "sockets more are only counted in the diagram"],
		    [data.ladders_omitted, "ladders are left out"]]
		.filter(([n]) => n).map(([n, what]) => `${count(n)} ${what}`);

	if (data.sockets_omitted || data.ladders_omitted)
		of.push("choose with a filter expression to have all of what you look for");
	$("warning").hidden = !of.length;
	$("warning").textContent = of.join("; ") + ".";
}

document.addEventListener("DOMContentLoaded", () => {
	data = JSON.parse($("trace").textContent);
	data.edges.shift();
	readSockets();
	$("about").textContent = `${clock(whole[0], true)} for ` +
		`${duration(whole[1] - whole[0])}: ${count(sockets.length)} sockets, ` +
		`${count(data.edges.reduce((sum, edge) => sum + edge[2], 0))} transitions`;
	warn();
	drawDiagram();
	fillFilter();
	follow();
	filter();
});
