/** Where the day begins. */

import { useMe } from "@/api/me";
import { useHouse } from "@/api/meta";

export function Home() {
  const me = useMe();
  const house = useHouse();
  return (
    <header className="page-head">
      <h1>{me.name}</h1>
      <span className="quiet">{house.company.name}</span>
    </header>
  );
}
