"""Replies as models write them, one of each kind, for the tests and the benchmark to measure."""

PROSE = """The river rises in a **narrow valley** above the town, and for the first twenty kilometres it is
hardly more than a stream. People who walk there in spring say that it *sings*; in late summer one
can cross it without getting wet shoes.

Further down three smaller rivers join it. The first brings clear water from the limestone, the
second is brown from the moor, and the third comes from the city's own waterworks, which is why
`flow_rate` in the table below never falls under 2.5 m³/s.

It was not always so. Before the dam was built, the meadows stood under water for six weeks of every
year, and the farmers moved their cattle up to the hill pastures. "We were never bored," one of them
wrote, "and never dry."
"""

LISTS = """Before you start, gather what you need:

- a sharp knife and a board that does not slip
- two bowls:
  - a large one for the flour, the salt and the yeast
  - a small one for the water
    1. lukewarm, about 30 degrees
    2. never hot, as heat kills the yeast
- a cloth

Then, step by step:

1. Mix the dry things in the large bowl and press a hollow into the middle.
2. Pour in the water slowly. Stir from the middle outwards until no dry flour is left at the rim.
3. Let it rest for *at least* twelve hours.

- [x] Flour bought
- [ ] Oven checked
- [ ] Neighbours invited, with a few days' notice
"""

TABLE = """| City | Country | Inhabitants | Area in km² | Founded | Remarks |
|:-----|---------|------------:|------------:|:-------:|---------|
| Lisbon | Portugal | 545,796 | 100.05 | 1200 BC | Seven hills, and the trams that climb them |
| Tallinn | Estonia | 461,346 | 159.37 | 1248 | The old town is whole, wall and towers included |
| Ljubljana | Slovenia | 284,293 | 163.80 | 50 BC | Cars were taken out of the centre in 2007 |
| Valletta | Malta | 5,157 | 0.61 | 1566 | The smallest capital of the European Union |
| Reykjavík | Iceland | 139,000 | 273.00 | 1786 | Hot water comes from the ground |
| Bern | Switzerland | 134,591 | 51.62 | 1191 | Six kilometres of arcades |
"""

CODE = '''Here is a small programme that counts words:

```python
"""Count the words of a file, the most frequent ones first."""

import sys
from collections import Counter
from pathlib import Path


def words(path: Path) -> Counter[str]:
    """Return how often each word occurs; case does not matter."""
    return Counter(path.read_text(encoding="utf-8").lower().split())


def main() -> int:
    if len(sys.argv) < 2:
        print("usage: count FILE", file=sys.stderr)
        return 2
    for word, count in words(Path(sys.argv[1])).most_common(10):
        print(f"{count:>6}  {word}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
```

Run it with `python count.py book.txt`; it prints ten lines.
'''

QUOTES = """## What they said

> The first rule is to **listen**. The second rule is to listen again, because one hears something else the
> second time, and the third rule follows from the first two.
>
> > And who listens to the listener?

### What they meant

They meant that a report is only as good as the questions that were asked for it.

---

> A last word, quoted without its author's name, and quite long, so that it runs over the end of the line.
"""

LINKS = """The [reference manual](https://docs.example.org/manual/ "Manual") explains the format in its third
chapter, and the shorter [tutorial](https://docs.example.org/tutorial/) shows how to use it step by
step with three examples. If something does not work, look through the questions that others have
asked before at https://forum.example.org/ or write to the authors; they usually answer within a few
days, and they are glad about every report. The [change log][log] lists what is new in each version,
and what has been taken out of it since.

[log]: https://docs.example.org/changes/
"""

EMOJI = """Great news! 🎉 The release went out this morning and all checks are green ✅.

- 🚀 faster start: 1.2 s instead of 3.8 s
- 🧹 three old settings are gone
- 👩‍💻 thanks to everyone who reported something 🙏🏽

Next week we go on with the **search** 🔍 and with the long list of small wishes 📝.
"""

CJK = """今日は東京の天気についてお話しします。午前中は**晴れ**ますが、午後からは雲が広がり、
夜には雨が降るでしょう。

- 最高気温は二十二度、最低気温は十四度です
- 傘を持って出かけたほうがよいでしょう

明日は一日中雨になりそうです。気温も下がりますので、暖かい服装でお出かけください。
"""

WIDE_TABLE = """## Mean temperatures

The table gives the mean of each month in °C, from thirty years of measurements.

| City | Jan | Feb | Mar | Apr | May | Jun | Jul | Aug | Sep | Oct | Nov | Dec |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| Oslo | -4.1 | -3.6 | 0.2 | 5.3 | 11.0 | 15.2 | 17.1 | 16.0 | 11.4 | 5.9 | 0.8 | -3.4 |
| Riga | -3.5 | -3.3 | 0.3 | 6.6 | 12.3 | 16.0 | 18.4 | 17.4 | 12.7 | 7.1 | 2.3 | -1.4 |
| Vienna | 0.8 | 2.5 | 6.6 | 11.9 | 16.2 | 20.1 | 21.8 | 21.5 | 16.2 | 10.9 | 6.0 | 1.6 |
| Madrid | 6.3 | 7.9 | 11.2 | 12.9 | 16.7 | 22.2 | 25.6 | 25.1 | 20.9 | 15.1 | 9.9 | 6.9 |
| Athens | 10.2 | 10.6 | 12.8 | 16.5 | 21.2 | 26.0 | 28.9 | 28.9 | 24.9 | 20.1 | 15.4 | 11.7 |

Only Oslo and Riga have months below zero.
"""

SMALL_TABLE = """Yes:

| x | x² |
|--:|---:|
| 1 | 1 |
| 2 | 4 |
| 3 | 9 |
| 4 | 16 |
| 5 | 25 |
"""

LOOSE_LIST = """There are three ways to do it.

1. **Ask the authors.** They answer within a few days, and they know the format better than anybody; what
   they say can be relied on.

   - Write in English.
   - Add the file, or the part of it that fails.

2. **Read the source of the reference implementation**, which is short. Most of what matters is in one file,
   and its tests show every corner of the format with an example.

3. **Try it out.** Make a small file, change one byte after the other and see what happens. `xxd -p` and
   `diff --side-by-side` are all that is needed.
"""

NESTED_LIST = """- Europe
  - Portugal
    - Lisbon
      - Alfama
      - Belém
    - Porto
  - Spain
    - Madrid
    - Seville
- Asia
  1. Japan
     1. Tokyo
     2. Kyoto
  2. Nepal
     - Kathmandu
- Africa
"""

TASKS = """Before the release:

- [x] Tests
- [x] Docs
- [ ] Change log
  - [x] Fixes
  - [ ] What is new, with an example of each
- [ ] Tag
- [ ] Tell everybody

Three of seven are done.
"""

LONG_LINKS = """Sources:

- [Annual report](https://statistics.example.org/2024/annual-report/districts.html?lang=en&sort=name)
- [The same as a spreadsheet](https://statistics.example.org/2024/inhabitants.xlsx "Inhabitants by district")
- https://archive.example.org/items/0b6c1f0e-52a4-4a1c-9a7c-0d9f8f6f3f52/pages/17?highlight=river&zoom=150
- [1](https://a.example/1), [2](https://a.example/2), [3](https://a.example/3) and <https://a.example/4>

See also https://docs.example.org/.
"""

LAST_WORDS_CODE = """Use a set; looking something up in it takes the same time however much is in it:

```javascript
const seen = new Set();
for (const word of words) {
  if (seen.has(word)) console.log(`"${word}" comes twice`);
  seen.add(word);
}
```"""

MANY_MARKS = """**Short answer:** *yes*, `git rebase --onto main old-base topic` does **exactly** that.

**The longer answer, with everything that has to be thought of beforehand:** `rebase` *rewrites* commits.
Say `git branch backup` first, and `git reset --hard backup` if it went wrong. ~~Never~~ **Rarely** is
`--force` needed; `git push --force-with-lease origin topic` is *always* the better choice & safer
than "just" `--force`.
"""

CORPUS = {
    "prose": PROSE,
    "lists": LISTS,
    "table": TABLE,
    "code": CODE,
    "quotes": QUOTES,
    "links": LINKS,
    "emoji": EMOJI,
    "cjk": CJK,
    "wide table": WIDE_TABLE,
    "small table": SMALL_TABLE,
    "loose list": LOOSE_LIST,
    "nested list": NESTED_LIST,
    "tasks": TASKS,
    "long links": LONG_LINKS,
    "code at the end": LAST_WORDS_CODE,
    "many marks": MANY_MARKS,
}

ARGUMENTS = """{"path": "C:\\\\notes\\\\today.md", "lines": ["# Today", "", "- \\"milk\\"", "- bread"],
"tags": ["a", "b", "c"], "owner": {"name": "Zoë", "id": 7}, "draft": false, "due": null}"""


def deltas(text: str, *, tokens: int = 3) -> list[str]:
    """Cut `text` into pieces of about `tokens` tokens, a token being four characters."""
    size = 4 * tokens
    return [text[at : at + size] for at in range(0, len(text), size)]
