/**
 * The warehouse's own page: a scanner, full hands and a tablet need one field that hears everything,
 * one answer that can be read from two metres, and no mouse; a list and a form can't give that.
 */

import { Button, DatePicker, Input, Segmented, Select, Switch, Tooltip, type InputRef } from "antd";
import { SoundOutlined, UndoOutlined } from "@ant-design/icons";
import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import dayjs from "dayjs";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { get } from "@/api/http";
import { useDeeds } from "@/api/deeds";
import { useMe } from "@/api/me";
import { useToday } from "@/api/meta";
import { useSome } from "@/api/records";
import { Failed, sentence } from "@/app/Lost";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { warehouse as words } from "@/messages/warehouse";
import { Sending } from "@/pages/warehouse/Sending";
import { Picking } from "@/pages/warehouse/Picking";
import { Told, type Telling } from "@/pages/warehouse/Told";
import {
  finishAll, isTaskDone, isDone, NOTHING, quantitiesOf, scan, takeBack, type Barcode, type Heard,
  type PickTask, type Progress, type Taking,
} from "@/pages/warehouse/picking";
import { play } from "@/pages/warehouse/sound";
import "@/pages/warehouse/warehouse.css";
import { Waiting } from "@/parts/Waiting";

interface PickList {
  tasks: PickTask[];
  barcodes: Barcode[];
  more: boolean;
}

type Stage = "pick" | "pack" | "ship";
const STAGES: readonly Stage[] = ["pick", "pack", "ship"];
const STATE_OF = { pick: "planned", pack: "picked", ship: "packed" } as const;
const WRONG: ReadonlySet<Heard["kind"]> = new Set(["wrong", "enough", "tooMuch", "unknown", "nothing", "nothingToUndo"]);

export function Warehouse() {
  const houses = useSome("warehouse", { filter: "active", limit: 50 });
  const asked = useSearch({ strict: false }) as { warehouse?: string };
  const [chosen, setChosen] = useState(asked.warehouse);
  if (houses.error) return <Failed error={houses.error} />;
  const places = houses.data?.records ?? [];
  const place = chosen ?? places[0]?.id;
  if (!place) return <Waiting />;
  return (
    <Floor
      key={place} place={place}
      choose={
        places.length > 1 ? (
          <Select value={place} onChange={setChosen} options={places.map((one) => ({ value: one.id, label: String(one["name"]) }))} />
        ) : null
      }
    />
  );
}

/** What was found is kept on this machine until the server has it: a dead battery loses nothing. */
function useProgress(place: string): [Progress, (next: Progress) => void] {
  const me = useMe();
  const key = `dougong.picking.${me.company?.slug}.${me.person?.id}.${place}`;
  const [progress, setProgress] = useState<Progress>(() => {
    try {
      return { ...NOTHING, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Progress>) };
    } catch {
      return NOTHING;
    }
  });
  return [
    progress,
    (next) => {
      setProgress(next);
      localStorage.setItem(key, JSON.stringify(next));
    },
  ];
}

/** Whatever was touched last: what a scanner types goes into the field. */
function useScannerFocus(field: React.RefObject<InputRef | null>): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      const typing = document.activeElement instanceof HTMLInputElement;
      if (!typing && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.current?.focus();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [field]);
}

function Floor({ place, choose }: { place: string; choose: React.ReactNode }) {
  const speech = useSpeech();
  const { say } = speech;
  const { language } = useSettings();
  const deeds = useDeeds();
  const today = useToday();
  const [until, setUntil] = useState(() => dayjs(today).add(7, "day").format("YYYY-MM-DD"));
  const [stage, setStage] = useState<Stage>("pick");
  const [taking, setTaking] = useState<Taking>("line");
  const [sound, setSound] = useState(true);
  const [typed, setTyped] = useState("");
  const [telling, setTelling] = useState<Telling | null>(null);
  const [sure, setSure] = useState(false);
  const [carrier, setCarrier] = useState("");
  const [progress, setProgress] = useProgress(place);
  const [sent, setSent] = useState<string[]>([]);
  const field = useRef<InputRef>(null);
  const lastEvent = useRef<string | null>(null);

  const list = useQuery({
    queryKey: ["list", "shipment", "pick_list", place, until, language],
    queryFn: async ({ signal }) =>
      (await get<{ answer: PickList }>("/shipment/question/pick_list", { warehouse: place, until }, signal)).answer,
    placeholderData: keepPreviousData,
  });
  const tasks = useMemo(() => list.data?.tasks ?? [], [list.data]);
  const wave = useMemo(() => tasks.filter((one) => one.state === "planned" && !sent.includes(one.id)), [tasks, sent]);
  /** A shipment keeps its slot while others leave the list. */
  const slots = useRef(new Map<string, number>());
  for (const one of wave) if (!slots.current.has(one.id)) slots.current.set(one.id, slots.current.size + 1);
  const at = (stage_: Stage): PickTask[] => (stage_ === "pick" ? wave : tasks.filter((one) => one.state === STATE_OF[stage_]));

  useScannerFocus(field);
  useEffect(() => field.current?.focus(), [stage]);

  const tell = (next: Telling): void => {
    setTelling(next);
    if (sound) play(next.tone === "wrong" ? "wrong" : next.complete ? "complete" : "right");
  };
  const fail = (number: string, error: unknown): void =>
    tell({ tone: "wrong", text: say(words.refused, { number, why: sentence(error, say) }) });

  const pickOnServer = async (task: PickTask, found: Progress): Promise<void> => {
    setSent((now) => [...now, task.id]);
    try {
      await deeds.perform({ entity: "shipment", operation: "pick", id: task.id, body: { quantities: quantitiesOf(found, task) } });
    } catch (error) {
      setSent((now) => now.filter((one) => one !== task.id));
      fail(task.number, error);
    }
  };
  const hear = (heard: Heard): void => {
    const slot = "task" in heard ? slots.current.get(heard.task.id) : undefined;
    const unit = "line" in heard ? heard.line.unit : "";
    const facts = {
      n: slot ?? "", unit, code: "code" in heard ? heard.code : "",
      name: "line" in heard ? heard.line.name : "name" in heard ? heard.name : "",
      number: "task" in heard ? heard.task.number : "",
      quantity: "quantity" in heard ? speech.number(heard.quantity) : "",
    };
    if (heard.kind === "picked") {
      const rest = heard.left === "0" ? say(words.lineDone) : say(words.left, { quantity: speech.number(heard.left), unit });
      tell({
        tone: "right", slot, title: `${heard.line.name}`, complete: heard.done,
        text: say(words.picked, facts), more: heard.done ? say(words.taskDone, facts) : rest,
      });
      return;
    }
    if (heard.kind === "short") {
      tell({ tone: "short", slot, title: heard.line.name, text: say(words.short, facts) });
      return;
    }
    tell({ tone: WRONG.has(heard.kind) ? "wrong" : "right", text: say(words[heard.kind], facts) });
  };
  const picked = ({ progress: next, heard }: { progress: Progress; heard: Heard }): void => {
    setProgress(next);
    hear(heard);
    const task = "task" in heard ? heard.task : undefined;
    const something = task?.lines.some((line) => next.found[line.id] && next.found[line.id] !== "0");
    if (task && something && isTaskDone(next, task) && (heard.kind === "picked" || heard.kind === "short"))
      void pickOnServer(task, next);
  };
  const move = async (task: PickTask): Promise<void> => {
    const operation = stage === "pack" ? "pack" : "ship";
    try {
      const outcome = await deeds.perform({
        entity: "shipment", operation, id: task.id, body: operation === "pack" && carrier ? { carrier } : {},
      });
      if (outcome.kind === "done") lastEvent.current = outcome.event;
      tell({ tone: "right", complete: true, text: say(operation === "pack" ? words.packed : words.shipped, { number: task.number }) });
    } catch (error) {
      fail(task.number, error);
    }
  };
  const moveAll = async (): Promise<void> => {
    for (const task of at(stage)) await move(task);
  };
  const enter = (): void => {
    const text = typed.trim();
    setTyped("");
    if (text) setSure(false);
    if (stage !== "pick") {
      if (!text) return void moveAll();
      const task = at(stage).find((one) => one.number.toLowerCase() === text.toLowerCase());
      return task ? void move(task) : tell({ tone: "wrong", text: say(words.unknown, { code: text }) });
    }
    if (text) return picked(scan(text, wave, list.data?.barcodes ?? [], taking, progress));
    const open = wave.filter((task) => task.lines.some((line) => progress.found[line.id])).flatMap((task) => task.lines).filter((line) => !isDone(progress, line));
    if (open.length > 0 && !sure) {
      setSure(true);
      return tell({ tone: "short", text: say(words.confirmShort, { n: open.length }) });
    }
    setSure(false);
    if (open.length > 0) {
      const next = finishAll(wave, progress);
      setProgress(next);
      for (const task of wave) if (isTaskDone(next, task)) void pickOnServer(task, next);
    }
    setStage("pack");
  };
  const back = async (): Promise<void> => {
    if (stage === "pick") return picked(takeBack(progress));
    if (!lastEvent.current) return tell({ tone: "wrong", text: say(words.nothingToUndo) });
    try {
      await deeds.undo(lastEvent.current);
      lastEvent.current = null;
      tell({ tone: "right", text: say(words.undone) });
    } catch (error) {
      fail("", error);
    }
  };
  const press = (event: KeyboardEvent): void => {
    const to = event.altKey ? STAGES[Number(event.key) - 1] : undefined;
    if (to) setStage(to);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") void back();
    else return;
    event.preventDefault();
  };
  if (list.error) return <Failed error={list.error} reset={() => void list.refetch()} />;
  if (!list.data) return <Waiting />;
  return (
    <div className="floor" onKeyDown={press}>
      <header className="page-head">
        <h1>{say(words.title)}</h1>
        {choose}
        <Segmented<Stage>
          value={stage} onChange={setStage}
          options={STAGES.map((one) => ({ value: one, label: `${say(words[one])} ${at(one).length}` }))}
        />
        <span className="gap" />
        <span className="quiet until">{say(words.until)}</span>
        <DatePicker value={dayjs(until)} allowClear={false} format="YYYY-MM-DD" aria-label={say(words.until)} onChange={(day) => day && setUntil(day.format("YYYY-MM-DD"))} />
        <Tooltip title={say(words.sound)}>
          <Switch checked={sound} onChange={setSound} checkedChildren={<SoundOutlined />} aria-label={say(words.sound)} />
        </Tooltip>
      </header>
      <div className="scan-row">
        <Input
          ref={field} autoFocus size="large" value={typed} placeholder={say(words.scan)} aria-label={say(words.scanShort)}
          onChange={(event) => setTyped(event.target.value)} onPressEnter={enter} autoComplete="off" inputMode="none"
          onClick={(event) => event.currentTarget.setAttribute("inputmode", "text")}
        />
        {stage === "pick" ? (
          <Segmented<Taking>
            value={taking} onChange={setTaking} aria-label={say(words.how)}
            options={[{ value: "line", label: say(words.whole) }, { value: "each", label: say(words.each) }]}
          />
        ) : (
          stage === "pack" && (
            <Input className="carrier" size="large" value={carrier} placeholder={say(words.carrier)} aria-label={say(words.carrier)} onChange={(event) => setCarrier(event.target.value)} />
          )
        )}
        <Button size="large" icon={<UndoOutlined />} onClick={() => void back()} aria-label={`${say(words.undone)} (Ctrl Z)`} />
      </div>
      <Told telling={telling} />
      {stage === "pick" ? (
        <Picking tasks={wave} progress={progress} slots={slots.current} more={list.data.more} />
      ) : (
        <Sending stage={stage} tasks={at(stage)} onOne={(task) => void move(task)} onAll={() => void moveAll()} />
      )}
    </div>
  );
}
