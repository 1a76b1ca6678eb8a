// What is said before the panel is opened: whole sentences with named places, in the four languages.
export const en = {
  launcher: "Chat with us",
  launcher_unread: "Chat with us, {count} new",
  close: "Close chat",
  greet: "Need a hand? We are happy to help.",
  greet_search: "Nothing found? Tell us what you are looking for.",
  greet_form: "Stuck on the form? We can fill it in together.",
  greet_yes: "Write to us",
  greet_no: "No, thanks",
  greeting: "A message from us",
  unreachable: "The chat cannot be reached. Please try again later.",
};
export type Words = typeof en;

export const hy: Words = {
  launcher: "Գրեք մեզ",
  launcher_unread: "Գրեք մեզ, նոր հաղորդագրություն՝ {count}",
  close: "Փակել զրույցը",
  greet: "Օգնությո՞ւն է պետք։ Սիրով կօգնենք։",
  greet_search: "Ոչինչ չգտնվե՞ց։ Ասեք՝ ինչ եք փնտրում։",
  greet_form: "Դժվարանո՞ւմ եք ձևը լրացնել։ Կարող ենք միասին անել։",
  greet_yes: "Գրել մեզ",
  greet_no: "Ոչ, շնորհակալություն",
  greeting: "Հաղորդագրություն մեզնից",
  unreachable: "Զրույցն այս պահին հասանելի չէ։ Փորձեք ավելի ուշ։",
};

export const ka: Words = {
  launcher: "მოგვწერეთ",
  launcher_unread: "მოგვწერეთ, ახალი შეტყობინება: {count}",
  close: "ჩატის დახურვა",
  greet: "დახმარება გჭირდებათ? სიამოვნებით დაგეხმარებით.",
  greet_search: "ვერაფერი იპოვეთ? გვითხარით, რას ეძებთ.",
  greet_form: "ფორმის შევსება გაგიჭირდათ? ერთად შევავსოთ.",
  greet_yes: "მოგვწერეთ",
  greet_no: "არა, გმადლობთ",
  greeting: "შეტყობინება ჩვენგან",
  unreachable: "ჩატი ამჟამად მიუწვდომელია. სცადეთ მოგვიანებით.",
};

export const ru: Words = {
  launcher: "Написать нам",
  launcher_unread: "Написать нам, новых сообщений: {count}",
  close: "Закрыть чат",
  greet: "Нужна помощь? С радостью поможем.",
  greet_search: "Ничего не нашлось? Расскажите, что вы ищете.",
  greet_form: "Трудности с формой? Давайте заполним её вместе.",
  greet_yes: "Написать нам",
  greet_no: "Нет, спасибо",
  greeting: "Сообщение от нас",
  unreachable: "Чат сейчас недоступен. Попробуйте позже.",
};
