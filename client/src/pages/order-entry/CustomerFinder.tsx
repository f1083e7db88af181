/** Finding the customer: name, pinyin, initials or number, and Enter, however fast it is typed. */

import { SearchOutlined } from "@ant-design/icons";
import { Input, type InputRef } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Ref } from "@/api/records";
import { useSay } from "@/app/speech";
import { Suggestions } from "@/lines/Suggestions";
import type { Lookup, Suggestion } from "@/lines/lookup";
import { orderEntry } from "@/messages/orderEntry";

interface Props {
  lookup: Lookup;
  onPick: (customer: Ref) => void;
}

const PAUSE = 60;

export function CustomerFinder({ lookup, onPick }: Props) {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<InputRef>(null);
  const [words, setWords] = useState("");
  const [found, setFound] = useState<{ of: string; entries: Suggestion[] }>({ of: "", entries: [] });
  const [at, setAt] = useState(0);
  /** Enter came before the answer: the first that is found is taken. */
  const [hurried, setHurried] = useState(false);
  useEffect(() => {
    const sought = words.trim();
    if (!sought) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      lookup.suggest(sought, stop.signal).then((entries) => setFound({ of: words, entries }), () => undefined);
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words, lookup]);
  useEffect(() => {
    const [first] = found.entries;
    if (!hurried || found.of !== words) return;
    setHurried(false);
    if (first) onPick(first);
  }, [hurried, found, words, onPick]);

  const press = (event: KeyboardEvent): void => {
    const { entries } = found;
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : entries.length - 1)) % Math.max(entries.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const picked = found.of === words ? entries[at] : undefined;
      if (picked) onPick(picked);
      else if (words.trim()) setHurried(true);
    } else if (event.key === "Escape") setWords("");
  };
  const open = words.trim() !== "";
  return (
    <div ref={box} className="order-customer-finder">
      <Input
        ref={input} autoFocus size="large" prefix={<SearchOutlined />} value={words} placeholder={say(orderEntry.customer)}
        aria-label={say(orderEntry.customer)} role="combobox" aria-expanded={open && found.entries.length > 0} aria-autocomplete="list"
        aria-controls={open && found.entries.length > 0 ? "cell-suggestions" : undefined} aria-activedescendant={open && found.entries[at] ? `cell-suggestion-${String(at)}` : undefined}
        autoComplete="off" onKeyDown={press} readOnly={hurried}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
      />
      {open && <Suggestions anchor={box} entries={found.entries} at={at} waiting={found.of !== words} words={words} onPick={(one) => onPick({ id: one.id, title: one.title })} />}
    </div>
  );
}
