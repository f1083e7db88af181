/** The side of a record where people work together on it: talk and tasks. */

import { Talk } from "@/collab/Talk";
import { Tasks } from "@/collab/Tasks";
import { useSay } from "@/app/speech";
import { collab as words } from "@/messages/collab";
import "@/collab/collab.css";

export function Together({ entity, id }: { entity: string; id: string }) {
  const say = useSay();
  return (
    <section className="together" aria-label={say(words.together)}>
      <h2>{say(words.together)}</h2>
      <Talk entity={entity} id={id} />
      <h2>{say(words.tasks)}</h2>
      <Tasks entity={entity} id={id} />
    </section>
  );
}
