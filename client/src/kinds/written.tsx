/** Texts that stand for something else: a document (`sales_order:…`), a structure in JSON. */

import { useHouse } from "@/api/meta";
import { RecordLink } from "@/kinds/references";

const DOCUMENT = /^([a-z][a-z_0-9]*):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

export interface Pointed {
  entity: string;
  id: string;
}

/** Which record a text names, if it names one. */
export function pointedAt(text: string): Pointed | undefined {
  const found = DOCUMENT.exec(text);
  return found ? { entity: found[1] ?? "", id: found[2] ?? "" } : undefined;
}

export function DocumentLink({ to }: { to: Pointed }) {
  const label = useHouse().entities.find((one) => one.name === to.entity)?.label ?? null;
  return <RecordLink entity={to.entity} to={{ id: to.id, title: label }} />;
}

/** What a text in JSON holds; nothing where it is an ordinary text. */
export function structureOf(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}

const inWords = (name: string): string => name.replaceAll("_", " ");

/** A structure as a folded outline, without the ids that only machines read. */
export function Outline({ of }: { of: unknown }) {
  if (Array.isArray(of)) {
    if (of.every((one) => typeof one !== "object")) return <>{of.join(", ")}</>;
    return <ul className="outline">{of.map((one, at) => <li key={at}><Outline of={one} /></li>)}</ul>;
  }
  if (typeof of === "object" && of !== null) {
    const parts = Object.entries(of).filter(([, value]) => value !== "" && value !== null && !(typeof value === "string" && UUID.test(value)));
    return (
      <dl className="outline">
        {parts.map(([name, value]) => (
          <div key={name} className={typeof value === "object" ? "deep" : ""}>
            <dt>{inWords(name)}</dt>
            <dd><Outline of={value} /></dd>
          </div>
        ))}
      </dl>
    );
  }
  return <>{typeof of === "boolean" ? (of ? "✓" : "—") : String(of)}</>;
}
