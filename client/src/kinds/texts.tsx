/** Texts: plain, long, phone, mail, web address, numbers given by the house, formulas. */

import { Input } from "antd";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";
import { DocumentLink, Outline, pointedAt, structureOf } from "@/kinds/written";

const asText = (value: unknown): string => (isMissing(value) ? "" : String(value));

function Plain({ value }: ShowProps) {
  const text = asText(value);
  const pointed = pointedAt(text);
  return pointed ? <DocumentLink to={pointed} /> : <>{text}</>;
}

function TypeText({ value, onChange, field, id, disabled, autoFocus, invalid, inCell }: EditProps) {
  return (
    <Input
      id={id} value={asText(value)} disabled={disabled} autoFocus={autoFocus}
      maxLength={field.schema.maxLength} status={invalid ? "error" : ""}
      variant={inCell ? "borderless" : "outlined"}
      onChange={(event) => onChange(event.target.value)}
      aria-label={field.label}
    />
  );
}

export const text: KindView = { Show: Plain, Edit: TypeText, text: asText, width: 170, sortable: true };

function Paragraphs({ value }: ShowProps) {
  const text = asText(value);
  const structure = structureOf(text);
  if (structure) return <div className="outline-box"><Outline of={structure} /></div>;
  return <span className="long-text">{text}</span>;
}

function TypeLongText({ value, onChange, field, id, disabled, invalid }: EditProps) {
  return (
    <Input.TextArea
      id={id} value={asText(value)} disabled={disabled} autoSize={{ minRows: 2, maxRows: 10 }}
      status={invalid ? "error" : ""} onChange={(event) => onChange(event.target.value)}
      aria-label={field.label}
    />
  );
}

export const longText: KindView = {
  Show: Paragraphs, Edit: TypeLongText, text: asText, width: 240, wide: true, sortable: false,
};

function linked(href: (value: string) => string) {
  return function Linked({ value }: ShowProps) {
    const shown = asText(value);
    return shown ? <a href={href(shown)} rel="noreferrer noopener" target="_blank">{shown}</a> : null;
  };
}

/** Only the web's own schemes become links: anything else stays text. */
const webAddress = (value: string): string =>
  /^https?:\/\//i.test(value) ? value : `https://${value.replace(/^[a-z]+:\/*/i, "")}`;

export const phone: KindView = { ...text, Show: linked((value) => `tel:${value.replace(/[^+\d]/g, "")}`), width: 150 };
export const email: KindView = { ...text, Show: linked((value) => `mailto:${encodeURIComponent(value)}`), width: 200 };
export const url: KindView = { ...text, Show: linked(webAddress), width: 200 };
export const autoNumber: KindView = { ...text, width: 150 };
export const formula: KindView = { ...text, width: 140 };
