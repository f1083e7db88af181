/** The list under a cell that is being typed: what the words may mean. */

import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { createPortal } from "react-dom";
import { useSay } from "@/app/speech";
import type { Suggestion } from "@/lines/lookup";
import { lines } from "@/messages/lines";

interface Props {
  anchor: RefObject<HTMLElement | null>;
  entries: readonly Suggestion[];
  at: number;
  waiting: boolean;
  words: string;
  onPick: (one: Suggestion) => void;
}

const HEIGHT = 300;

export function Suggestions({ anchor, entries, at, waiting, words, onPick }: Props) {
  const say = useSay();
  const list = useRef<HTMLUListElement>(null);
  const [where, setWhere] = useState({ left: 0, top: 0, bottom: 0, width: 0, above: false });
  useLayoutEffect(() => {
    const put = (): void => {
      const box = anchor.current?.getBoundingClientRect();
      if (!box) return;
      const above = box.bottom + HEIGHT > window.innerHeight && box.top > HEIGHT;
      setWhere({ left: Math.min(box.left, window.innerWidth - 300), top: box.bottom, bottom: window.innerHeight - box.top, width: Math.max(box.width, 280), above });
    };
    put();
    window.addEventListener("scroll", put, true);
    window.addEventListener("resize", put);
    return () => {
      window.removeEventListener("scroll", put, true);
      window.removeEventListener("resize", put);
    };
  }, [anchor]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const hint = waiting && words.trim() ? say(lines.looking, { text: words.trim() }) : waiting ? "" : entries.length === 0 ? say(lines.nothing) : "";
  if (!hint && entries.length === 0) return null;
  return createPortal(
    <div
      className="cell-suggestions"
      style={{ left: where.left, minWidth: where.width, ...(where.above ? { bottom: where.bottom } : { top: where.top }) }}
    >
      {entries.length === 0 && <p className="quiet" role="status">{hint}</p>}
      {entries.length > 0 && <ul id="cell-suggestions" role="listbox" ref={list} aria-label={say(lines.looking, { text: words })}>
        {entries.map((one, index) => (
          <li
            key={one.id} id={`cell-suggestion-${String(index)}`} role="option" aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault();
              onPick(one);
            }}
          >
            <span>{one.title}</span>
            {one.note && <small>{one.note}</small>}
          </li>
        ))}
      </ul>}
    </div>,
    document.body,
  );
}
