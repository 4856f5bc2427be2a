// Where the text says what the current statement rests on: its speakers, what they are, the cue, who passes it on.
const NAMES = ["mention", "role", "cue", "relay"];

export class Decorations {
  constructor(view) {
    this.view = view;
  }

  show(item) {
    if (!CSS.highlights) return;
    const form = item?.form ?? {};
    const spans = {
      mention: (form.speakers ?? []).map((one) => one.mention),
      role: (form.speakers ?? []).map((one) => one.role),
      cue: [form.cue],
      relay: (form.relays ?? []).map((one) => one.mention),
    };
    for (const name of NAMES) {
      const ranges = spans[name].filter(Boolean).map(([start, end]) => this.view.rangeOf({ start, end }));
      if (ranges.length) CSS.highlights.set(`desk-${name}`, new Highlight(...ranges));
      else CSS.highlights.delete(`desk-${name}`);
    }
  }
}
