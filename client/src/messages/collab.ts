/** Words of working together on a record: talk and tasks. */

import { w } from "@/messages/words";

export const collab = {
  together: w("协作", "Together"),
  say: w("写评论，@ 提及同事或岗位", "Write a comment, @ calls a colleague or a post"),
  send: w("发送（Ctrl+Enter）", "Send (Ctrl+Enter)"),
  opens: w("被提及的人可以查看这张单据。", "Whom you mention may read this record."),
  withdrawn: w("评论已撤回", "Comment taken back"),
  withdraw: w("撤回", "Take back"),
  tasks: w("任务", "Tasks"),
  newTask: w("添加任务，回车保存", "Add a task, Enter saves"),
  assignee: w("负责人", "Given to"),
  due: w("截止日期", "Due"),
  done: w("完成任务“{title}”", "Done: “{title}”"),
  finish: w("完成", "Done"),
  add: w("添加任务", "Add task"),
  overdue: w("已逾期", "overdue"),
} as const;
