/* What to say, in the passenger's language. The moment of the call marks the line that fits now. */

export type Moment = 'open' | 'verify' | 'wait' | 'back' | 'unclear' | 'soothe' | 'refuse' | 'complaint' | 'abuse' | 'close'

export interface PhraseSet {
  moment: Moment
  zh: string[]
  en: string[]
}

/** `{no}` is the agent's own number. */
export const PHRASES: PhraseSet[] = [
  { moment: 'open', zh: ['您好，铁路客服 {no} 为您服务，请讲。'], en: ['Railway service, agent {no}. How may I help?'] },
  {
    moment: 'verify',
    zh: ['为保护您的信息，请报一下姓名和证件后四位。'],
    en: ['To protect you, your name and the last four characters of your ID, please.'],
  },
  { moment: 'wait', zh: ['请稍等约一分钟，我查一下。'], en: ['One minute while I check.'] },
  { moment: 'back', zh: ['谢谢您等我。'], en: ['Thank you for waiting.'] },
  { moment: 'unclear', zh: ['抱歉没听清，您刚才说的是……吗？'], en: ['Sorry, did you say …?'] },
  {
    moment: 'soothe',
    zh: ['换成我也会着急。', '这事我来记、我来跟。', '现在能办的有两个办法：……'],
    en: ['I would be worried too.', 'I will write it down and follow it.', 'Two things we can do now: …'],
  },
  {
    moment: 'refuse',
    zh: ['这一项规定不允许，我能帮您的是……'],
    en: ['The rules do not allow that; what I can do is …'],
  },
  {
    moment: 'complaint',
    zh: ['谢谢您告诉我们。编号……，……前给您答复。'],
    en: ['Thank you for telling us. Number …; you hear from us by ….'],
  },
  {
    moment: 'abuse',
    zh: ['我想帮您，请好好说。', '再这样我没法办下去。', '先结束通话，班长会回您。'],
    en: ['I want to help; please speak politely.', 'I cannot go on like this.', 'I must end now; my leader will call you.'],
  },
  {
    moment: 'close',
    zh: ['还有别的需要吗？', '请评价，祝您旅途顺利。'],
    en: ['Anything else?', 'Please rate us. Have a good trip.'],
  },
]
