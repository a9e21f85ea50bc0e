/** Joins the parts of the page; the other modules know only what they need. */

import { Ack } from "clearcall/ack";
import { announce, complain, complainerOf } from "clearcall/announcing";
import { listenToButtons } from "clearcall/buttons";
import { Chat } from "clearcall/chat";
import { listenToChoosing } from "clearcall/choosing";
import { Commands } from "clearcall/commands";
import { confirm } from "clearcall/confirming";
import { connectionLine } from "clearcall/connection";
import { OpenConversation } from "clearcall/conversation";
import { listenToCopies } from "clearcall/copying";
import { decide, goToWaiting } from "clearcall/deciding";
import { Drawers } from "clearcall/drawers";
import { Results } from "clearcall/extracting";
import { Feed } from "clearcall/feed";
import { Flow } from "clearcall/flow";
import { paint } from "clearcall/highlight";
import { listenToKeys } from "clearcall/keys";
import { markOpen, remove, rename } from "clearcall/listing";
import { listenToOpeners } from "clearcall/opening";
import { Painter } from "clearcall/painter";
import { listenToSearch } from "clearcall/search";
import { Socket, wakeOnReturn } from "clearcall/socket";
import { switchTool } from "clearcall/switches";
import { listenToTheme } from "clearcall/theme";

const REMIND_EVERY = 1_000;

const part = (id) => document.getElementById(id);
const { dataset } = document.body;
const cursors = { cursor: Number(dataset.cursor), shelf: Number(dataset.shelf) };
const conversation = dataset.conversation ? new OpenConversation(dataset) : null;

// What carries: the socket, commands over it, and flow from it.

const commands = new Commands((frame) => socket.send(frame));
const run = (name, fields) => commands.run(name, fields);
const flow = new Flow((message) => commands.tell("full", { message }), JSON.parse(dataset.shorthand ?? "[]"));
const painter = new Painter(flow, {
  written: (element) => element.querySelector("code[data-tokens]") && paint(element),
  painted: () => chat?.painted(),
});
const ack = new Ack((bytes) => commands.tell("ack", { bytes }));
const showConnection = connectionLine(part("connection"));

const socket = new Socket({
  address: () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const address = new URL(conversation?.live ?? dataset.live, location.href.replace(/^http/, "ws"));
    address.search = new URLSearchParams({ ...cursors, zone });
    return address.href;
  },
  received: (data) => {
    feed.receive(data);
    ack.took(data.length);
  },
  changed: (state) => {
    showConnection(state);
    if (state.name !== "connected") return commands.lost();
    ack.restart();
    commands.connected();
    chat?.outbox.deliver();
  },
});

// What is seen: the chat, if this page has one, and the parts around it.

const chat = conversation && new Chat(conversation, { run, now: dataset.now });
const drawers = new Drawers();
const results = new Results(part("results"));
const feed = new Feed({
  flow,
  painter,
  cursors,
  placed: (placed) => {
    chat?.shown(placed);
    if (conversation && placed.element.id === `listing-${conversation.id}`) markOpen(conversation.id);
  },
  finished: () => chat?.finished(),
  listed: () => results.heard(),
  answered: (frame) => commands.answered(frame),
  resync: () => socket.drop(),
});

const hands = { run, problem: complain, open: conversation?.id };
listenToButtons({
  run,
  confirm,
  own: {
    rename: (button) => rename(button, hands),
    delete: (button) => remove(button, hands),
    allow: (button) => decide(button, hands),
    decline: (button) => decide(button, hands),
    switch_tool: (button) => switchTool(button, hands),
    switch_tool_here: (button) => switchTool(button, hands),
  },
  answered: (name, answer) => {
    complain(answer.t === "done" ? "" : answer.message);
    if (name === "withdraw" && answer.t === "done") chat.composer.putBack(answer.text);
  },
});
listenToOpeners((element) => {
  drawers.reveal(element.closest("#trace") ?? part("chat"));
  chat?.reveal(element);
});
listenToCopies(announce);
const complainOfSearch = complainerOf("The list could not be searched");
listenToSearch(part("search"), {
  shown: () => {
    complainOfSearch();
    if (conversation) markOpen(conversation.id);
  },
  failed: complainOfSearch,
});
listenToChoosing(part("find-tool"), part("choice"), {
  address: (words) => `/conversations/${conversation.id}/tools/?q=${encodeURIComponent(words)}`,
  done: () => chat.composer.focus(),
});
listenToTheme(part("theme"));
listenToKeys({
  "/": () => chat?.composer.focus(),
  "?": () => part("keys").showModal(),
  "Ctrl+K": () => {
    drawers.reveal(part("sidebar"));
    part("search").focus();
  },
  "Alt+A": () => {
    if (chat && !goToWaiting()) announce("No tool call waits for a decision.");
  },
  "Alt+T": () => {
    if (!chat) return;
    drawers.reveal(part("trace"));
    part("trace-turns").closest("[data-scroller]").focus({ focusVisible: true });
  },
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-shows]");
  if (opener) part(opener.dataset.shows).showModal();
});

if (chat) {
  feed.brought(part("transcript"));
  chat.loadOlder((root) => feed.brought(root));
  paint(document);
}
setInterval(() => flow.remind(), REMIND_EVERY);
wakeOnReturn(socket);
socket.open();
