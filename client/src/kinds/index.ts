/** Every kind of field and its view. A kind that is forgotten here does not compile. */

import type { FieldKind } from "@/api/meta";
import type { KindView } from "@/kinds/kind";
import { address } from "@/kinds/address";
import { choice, choices, tags, yesNo } from "@/kinds/choices";
import { day, instant } from "@/kinds/dates";
import { file } from "@/kinds/files";
import { linesOf } from "@/kinds/lines";
import { money, numeric, percent, quantity } from "@/kinds/numbers";
import { reference, referenceAny } from "@/kinds/references";
import { structure } from "@/kinds/structure";
import { autoNumber, email, formula, longText, phone, text, url } from "@/kinds/texts";

export const KINDS: Readonly<Record<FieldKind, KindView>> = {
  text,
  long_text: longText,
  number: numeric,
  money,
  quantity,
  percent,
  day,
  instant,
  yes_no: yesNo,
  choice,
  choices,
  reference,
  reference_any: referenceAny,
  lines: linesOf,
  file,
  address,
  phone,
  email,
  url,
  tags,
  formula,
  auto_number: autoNumber,
  structure,
};
