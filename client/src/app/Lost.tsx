/** What is shown where nothing is, or where something failed: what, why, and what to do. */

import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { Button, Result } from "antd";
import { Problem, Unreachable } from "@/api/http";
import { useSay } from "@/app/speech";
import { frame } from "@/messages/frame";

export function Lost() {
  const say = useSay();
  const router = useRouter();
  return (
    <Result
      status="404"
      title={say(frame.notFound)}
      subTitle={say(frame.notFoundWhy)}
      extra={<Button onClick={() => router.history.back()}>{say(frame.back)}</Button>}
    />
  );
}

export function Failed({ error, reset }: Pick<ErrorComponentProps, "error"> & { reset?: () => void }) {
  const say = useSay();
  if (error instanceof Problem && error.status === 404) return <Lost />;
  return (
    <Result
      status="warning"
      title={say(frame.wrong)}
      subTitle={sentence(error, say)}
      extra={
        <Button type="primary" onClick={reset ?? (() => window.location.reload())}>
          {say(frame.retry)}
        </Button>
      }
    />
  );
}

/** Say why, as the server said it or as the network has it. */
export function sentence(error: unknown, say: ReturnType<typeof useSay>): string {
  if (error instanceof Unreachable) return say(frame.unreachable);
  if (error instanceof Problem) return error.reasons.map((one) => one.detail).join("\n") || error.message;
  return error instanceof Error ? error.message : String(error);
}
