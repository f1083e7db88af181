/** Whether somebody is signed in: the sign-in page, or the frame with the page inside. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { meQuery } from "@/api/me";
import { houseQuery } from "@/api/meta";
import { onSignedOut } from "@/api/http";
import { Failed } from "@/app/Lost";
import { Shell } from "@/app/Shell";
import { SignIn } from "@/app/SignIn";
import { Place } from "@/app/speech";
import { useSettings } from "@/app/settings";
import { Waiting } from "@/parts/Waiting";

export function Session() {
  const queries = useQueryClient();
  const { language } = useSettings();
  const me = useQuery(meQuery);
  const house = useQuery({ ...houseQuery(language), enabled: !!me.data?.company });
  useEffect(
    () => onSignedOut(() => void queries.setQueryData(meQuery.queryKey, null)),
    [queries],
  );
  if (me.data === null) return <SignIn />;
  const error = me.error ?? house.error;
  if (error) return <Failed error={error} />;
  if (!me.data || !house.data) return <Waiting />;
  const { currency, time_zone: timeZone } = house.data.company;
  return (
    <Place.Provider value={{ currency, timeZone }}>
      <Suspense fallback={<Waiting />}>
        <Shell />
      </Suspense>
    </Place.Provider>
  );
}
