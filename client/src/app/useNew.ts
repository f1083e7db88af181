/** The key `n`: a new record of the kind that is looked at, else a new sales order; for a customer, theirs. */

import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { may, useHouse } from "@/api/meta";

const ORDER = "sales_order";

export function useNew(): void {
  const { entities } = useHouse();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const [, kind = "", id = ""] = pathname.split("/");
      const ofCustomer = kind === "customer" && id !== "" && id !== "new";
      const wanted = [ofCustomer ? ORDER : kind, ORDER].find((name) => may(entities.find((one) => one.name === name), "create"));
      if (!wanted || id === "new") return;
      event.preventDefault();
      void navigate({ to: "/$entity/new", params: { entity: wanted }, search: (ofCustomer ? { customer: id } : {}) as never });
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [entities, pathname, navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}
