/** The first page: sign in, or try the demo company as one of its people with one click. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Avatar, Button, Card, Form, Input } from "antd";
import { useState } from "react";
import { meQuery, signIn, welcomeQuery } from "@/api/me";
import { sentence } from "@/app/Lost";
import { settings, useSettings } from "@/app/settings";
import { useSay } from "@/app/speech";
import { frame } from "@/messages/frame";

interface Typed {
  login: string;
  password: string;
}

export function SignIn() {
  const say = useSay();
  const queries = useQueryClient();
  const { language } = useSettings();
  const welcome = useQuery(welcomeQuery);
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState("");

  const go = async ({ login, password }: Typed): Promise<void> => {
    setBusy(login);
    setFailure(undefined);
    try {
      await signIn(login, password);
      queries.removeQueries({ predicate: (one) => one.queryKey[0] !== "me" && one.queryKey[0] !== "welcome" });
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy("");
    }
  };
  const demo = welcome.data?.demo ?? [];
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header>
          <img src="/mark.svg" alt="" width={44} height={44} />
          <div>
            <h1>{say(frame.product)}</h1>
            <p>{say(frame.lead)}</p>
          </div>
          <Button
            type="text"
            onClick={() => settings.set({ language: language === "zh" ? "en" : "zh" })}
          >
            {say(frame.other)}
          </Button>
        </header>
        <Form<Typed> layout="vertical" onFinish={go} requiredMark={false} size="large">
          <Form.Item name="login" label={say(frame.login)} rules={[{ required: true }]}>
            <Input autoFocus autoComplete="username" />
          </Form.Item>
          <Form.Item name="password" label={say(frame.password)} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {failure !== undefined && (
            <Alert type="error" showIcon title={sentence(failure, say)} role="alert" />
          )}
          <Button type="primary" htmlType="submit" block loading={busy !== ""}>
            {say(frame.signIn)}
          </Button>
        </Form>
        {demo.length > 0 && (
          <section aria-label={say(frame.tryAs)}>
            <p className="quiet">{say(frame.tryAs)}</p>
            <div className="demo-people">
              {demo.map((one) => (
                <Card key={one.login} size="small" hoverable className="demo-person">
                  <button
                    type="button"
                    disabled={busy !== ""}
                    onClick={() => void go({ login: one.login, password: one.password })}
                  >
                    <Avatar size="small">{one.name.slice(0, 1)}</Avatar>
                    <span>
                      <strong>{one.name}</strong>
                      <small>{one.role}</small>
                    </span>
                  </button>
                </Card>
              ))}
            </div>
          </section>
        )}
      </div>
    </main>
  );
}
