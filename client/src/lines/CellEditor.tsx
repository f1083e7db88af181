/**
 * The one editor of a sheet: an input that lies over the active cell and always has the focus, so
 * that whatever is typed begins there, composed Chinese as well. Empty and unseen until one types.
 */

import {
  useEffect, useImperativeHandle, useRef, useState, type CSSProperties, type KeyboardEvent, type Ref,
} from "react";
import type { FieldMeta } from "@/api/meta";
import { useSpeech } from "@/app/speech";
import { isMissing } from "@/kinds/kind";
import { unknownRef } from "@/lines/line";
import type { Lookup, Suggestion } from "@/lines/lookup";
import { bareText, readCell, WAYS } from "@/lines/reading";
import { Suggestions } from "@/lines/Suggestions";

export interface Editor {
  focus: () => void;
  /** Take over what is being typed, if anything is. */
  commit: () => void;
  /** Change what is there, instead of replacing it. */
  open: () => void;
}

interface Props {
  editor: Ref<Editor>;
  /** The cell's own name: the editor begins anew where it changes. */
  cell: string;
  field: FieldMeta;
  value: unknown;
  writable: boolean;
  lookup: Lookup | undefined;
  label: string;
  wrong: string | undefined;
  style: CSSProperties;
  onCommit: (value: unknown) => void;
  /** A key that is not for typing; the editor has taken over before. */
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void;
  onForm: () => void;
}

type Mode = "idle" | "typing" | "changing";
const PAUSE = 60;
const MOVES = new Set(["Enter", "Tab", "ArrowUp", "ArrowDown"]);
const SIDEWAYS = new Set(["ArrowLeft", "ArrowRight", "Home", "End"]);

export function CellEditor({ editor, cell, field, value, writable, lookup, label, wrong, style, onCommit, onKey, onForm }: Props) {
  const speech = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const [mode, setMode] = useState<Mode>("idle");
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const composing = useRef(false);
  const way = WAYS[field.kind];
  const open = mode !== "idle" && (way === "reference" || way === "choice");
  const { found, of } = useSuggestions(open, field, text, lookup);
  const ready = of === text;
  const first = useRef(cell);

  const end = (): void => {
    setMode("idle");
    setText("");
    setAt(0);
  };
  useEffect(() => {
    if (first.current === cell) return;
    first.current = cell;
    end();
  }, [cell]);

  const commit = (): void => {
    if (mode === "idle") return;
    const picked = open && ready && text.trim() !== "" ? found[at] : undefined;
    end();
    if (way === "reference") onCommit(picked ? { id: picked.id, title: picked.title } : text.trim() ? unknownRef(text.trim()) : null);
    else if (way === "choice" && picked) onCommit(picked.id);
    else onCommit(readCell(field, text));
  };
  const change = (): void => {
    if (!writable) return;
    if (way === "form") onForm();
    else if (way === "toggle") onCommit(value !== true);
    else if (way !== "none") {
      setMode("changing");
      setText(bareText(field, value, speech));
    }
  };
  useImperativeHandle(editor, () => ({
    focus: () => input.current?.focus({ preventScroll: true }),
    commit,
    open: change,
  }));
  useEffect(() => {
    if (mode === "changing") input.current?.select();
  }, [mode]);

  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (composing.current || event.nativeEvent.isComposing) return;
    if (mode === "idle") {
      if (event.key === "F2" || (event.key === " " && (way === "toggle" || way === "form"))) {
        event.preventDefault();
        change();
      } else onKey(event);
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      end();
    } else if (open && found.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (MOVES.has(event.key) || (mode === "typing" && SIDEWAYS.has(event.key) && !event.shiftKey)) {
      commit();
      onKey(event);
    }
  };
  const pick = (one: Suggestion): void => {
    end();
    onCommit(way === "choice" ? one.id : { id: one.id, title: one.title });
    input.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <input
        ref={input} className={`cell-editor ${mode}${field.kind !== "text" && way === "number" ? " num" : ""}`} style={style}
        value={text} readOnly={!writable || way === "form" || way === "none"} aria-label={label} aria-invalid={!!wrong || undefined}
        aria-description={wrong} autoComplete="off" spellCheck={false} inputMode={way === "number" || way === "percent" ? "decimal" : undefined}
        role={way === "reference" || way === "choice" ? "combobox" : undefined}
        {...(way === "reference" || way === "choice"
          ? { "aria-expanded": open && found.length > 0, "aria-autocomplete": "list" as const, "aria-controls": open && found.length > 0 ? "cell-suggestions" : undefined, "aria-activedescendant": open && found[at] ? `cell-suggestion-${String(at)}` : undefined }
          : {})}
        onChange={(event) => {
          if (mode === "idle") setMode("typing");
          setText(event.target.value);
          setAt(0);
        }}
        onCompositionStart={() => {
          composing.current = true;
          if (mode === "idle") setMode("typing");
        }}
        onCompositionEnd={() => {
          composing.current = false;
        }}
        onKeyDown={press} onBlur={commit}
      />
      {open && <Suggestions anchor={input} entries={found} at={at} waiting={!ready} words={text} onPick={pick} />}
      <span className="sr-only" aria-live="polite">{mode === "idle" ? `${label} ${isMissing(value) ? "" : bareText(field, value, speech)}` : ""}</span>
    </>
  );
}

/** What the words lead to, and for which words that was asked. */
function useSuggestions(open: boolean, field: FieldMeta, text: string, lookup: Lookup | undefined): { found: Suggestion[]; of: string | null } {
  const [answer, setAnswer] = useState<{ found: Suggestion[]; of: string | null }>({ found: [], of: null });
  const isChoice = WAYS[field.kind] === "choice";
  useEffect(() => {
    if (!open || isChoice || !lookup) {
      setAnswer({ found: [], of: null });
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      lookup.suggest(text.trim(), stop.signal).then(
        (found) => setAnswer({ found, of: text }),
        () => undefined,
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [open, isChoice, lookup, text]);
  if (!isChoice) return answer;
  const sought = text.trim().toLowerCase();
  const found = (field.options ?? []).filter((one) => one.label.toLowerCase().includes(sought) || one.value.toLowerCase().startsWith(sought));
  return { found: found.map((one) => ({ id: one.value, title: one.label })), of: text };
}
