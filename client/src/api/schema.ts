/** Records as the API describes them, from the generated types: `Row<"sales_order">`. */

import type { components } from "@/api/schema.d";

type Schemas = components["schemas"];

export type EntityName = keyof Schemas & string;

export type Row<Name extends EntityName> = Schemas[Name];
