/** Ctrl-K: any page, any record by number, name, pinyin or initials, any operation that is allowed. */

import { useNavigate } from "@tanstack/react-router";
import { Empty, Input, Modal } from "antd";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { useHouse } from "@/api/meta";
import { useSearch } from "@/api/records";
import { useSay } from "@/app/speech";
import { frame } from "@/messages/frame";

let shown = false;
const watchers = new Set<() => void>();

function show(next: boolean): void {
  shown = next;
  watchers.forEach((watch) => watch());
}

export function openPalette(): void {
  show(true);
}

interface Entry {
  key: string;
  kind: string;
  title: string;
  go: () => void;
}

export function Palette() {
  const open = useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => void watchers.delete(watch);
    },
    () => shown,
  );
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        show(!shown);
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return (
    <Modal open={open} onCancel={() => show(false)} footer={null} closable={false} width={620} className="palette" destroyOnHidden style={{ top: 80 }}>
      <Entries />
    </Modal>
  );
}

function Entries() {
  const say = useSay();
  const house = useHouse();
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const found = useSearch(words);
  const entries = useMemo<Entry[]>(() => {
    const sought = words.trim().toLowerCase();
    const pages: Entry[] = house.entities
      .filter((one) => one.label.toLowerCase().includes(sought) || one.name.includes(sought))
      .flatMap((one) => [
        {
          key: `page.${one.name}`, kind: say(frame.menu), title: one.label,
          go: () => void navigate({ to: "/$entity", params: { entity: one.name } }),
        },
        ...(sought && one.operations.includes("create")
          ? [{
              key: `new.${one.name}`, kind: say(frame.create), title: `${say(frame.create)} ${one.label}`,
              go: () => void navigate({ to: "/$entity/new", params: { entity: one.name } }),
            }]
          : []),
      ]);
    const hits: Entry[] = (sought ? (found.data?.hits ?? []) : []).map((one) => ({
      key: one.id, kind: one.label, title: one.title,
      go: () => void navigate({ to: "/$entity/$id", params: { entity: one.entity, id: one.id } }),
    }));
    return [...hits, ...pages].slice(0, 40);
  }, [house, words, found.data, say, navigate]);
  useEffect(() => setAt(0), [words]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    show(false);
    entry.go();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, entries.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") choose(entries[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div onKeyDown={press}>
      <Input
        autoFocus size="large" variant="borderless" placeholder={say(frame.search)} value={words}
        onChange={(event) => setWords(event.target.value)}
        role="combobox" aria-expanded aria-controls="palette-entries" aria-label={say(frame.search)}
        aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
      />
      <ul id="palette-entries" role="listbox" ref={list} className="palette-entries" aria-label={say(frame.search)}>
        {entries.map((one, index) => (
          <li
            key={one.key} id={`palette-${index}`} role="option" aria-selected={index === at}
            onMouseMove={() => setAt(index)} onClick={() => choose(one)}
          >
            <span>{one.title}</span>
            <small>{one.kind}</small>
          </li>
        ))}
        {entries.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} />}
      </ul>
    </div>
  );
}
