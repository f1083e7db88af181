/** The inbox: approvals to answer and one's own requests; a list of records can't be answered in place. */

import { Badge, Empty, Skeleton, Tabs, Tag } from "antd";
import { useInbox, type Parked } from "@/api/inbox";
import { useEntityIfSeen } from "@/api/meta";
import { Failed } from "@/app/Lost";
import { useSpeech } from "@/app/speech";
import { labelOf } from "@/kinds/choices";
import { RecordLink } from "@/kinds/references";
import { toneOf } from "@/kinds/tones";
import { home as words } from "@/messages/home";
import { Approvals } from "@/pages/inbox/Approvals";
import "@/pages/home/home.css";

export function Inbox() {
  const { say } = useSpeech();
  const inbox = useInbox();
  if (inbox.error) return <Failed error={inbox.error} reset={() => void inbox.refetch()} />;
  const { approvals = [], requests = [] } = inbox.data ?? {};
  return (
    <>
      <header className="page-head">
        <h1>{say(words.inbox)}</h1>
        <small className="quiet hide-narrow">{say(words.keys)}</small>
      </header>
      <div className="page-body">
        {inbox.isLoading ? (
          <Skeleton active />
        ) : (
          <Tabs
            items={[
              { key: "approvals", label: <span>{say(words.approvals)} <Badge count={approvals.length} size="small" /></span>, children: <Approvals approvals={approvals} keys /> },
              { key: "requests", label: say(words.requests), children: <Requests requests={requests} /> },
            ]}
          />
        )}
      </div>
    </>
  );
}

function Requests({ requests }: { requests: readonly Parked[] }) {
  const speech = useSpeech();
  const state = useEntityIfSeen("parked_command")?.fields.find((one) => one.name === "state");
  if (requests.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.noRequests)} />;
  return (
    <ul className="approvals">
      {requests.map((one) => (
        <li key={one.id}>
          <div className="approval-text">
            <div><b>{one.label}</b> {one.record && <RecordLink entity={one.record.entity} to={one.record} />}</div>
            {one.why.map((why) => <div key={why} className="approval-why">{why}</div>)}
            <small className="quiet">
              {speech.say(words.since, { ago: speech.ago(one.created_at) })}
              {one.answered_by && one.answered_at ? ` · ${speech.say(words.answeredBy, { name: one.answered_by.title ?? "", ago: speech.ago(one.answered_at) })}` : ""}
              {one.answer ? ` · ${one.answer}` : ""}
            </small>
          </div>
          <Tag color={toneOf(one.state)}>{state ? labelOf(state, one.state) : one.state}</Tag>
        </li>
      ))}
    </ul>
  );
}
