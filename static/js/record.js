/** Makes a staff record alive, which shows one moment: clocks and bars, links that open, copies, coloured code. */

import { announce } from "clearcall/announcing";
import { drawOnce } from "clearcall/clocks";
import { listenToCopies } from "clearcall/copying";
import { paint } from "clearcall/highlight";
import { listenToOpeners, open } from "clearcall/opening";

const reveal = (element) => element.scrollIntoView({ block: "start" });
const openNamed = () => open(location.hash.slice(1), reveal);

drawOnce(document, Number(document.body.dataset.now));
paint(document.body);
listenToOpeners(reveal);
listenToCopies(announce);
addEventListener("hashchange", openNamed);
openNamed();
