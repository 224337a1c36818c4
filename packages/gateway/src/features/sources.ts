/** The gambling-behaviour literature that measures come from: author, year, title, journal or publisher. */
export const sources = {
  lesieur1984: 'Lesieur (1984), The Chase: Career of the Compulsive Gambler, Schenkman',
  labrie2007:
    'LaBrie, LaPlante, Nelson, Schumann & Shaffer (2007), Assessing the playing field: a prospective longitudinal study of internet sports gambling behavior, Journal of Gambling Studies 23',
  labrie2008:
    'LaBrie, Kaplan, LaPlante, Nelson & Shaffer (2008), Inside the virtual casino: a prospective longitudinal study of actual Internet casino gambling, European Journal of Public Health 18',
  xuan2009:
    'Xuan & Shaffer (2009), How do gamblers end gambling: longitudinal analysis of Internet gambling behaviors prior to account closure due to gambling related problems, Journal of Gambling Studies 25',
  braverman2012:
    'Braverman & Shaffer (2012), How do gamblers start gambling: identifying behavioural markers for high-risk internet gambling, European Journal of Public Health 22',
  gray2012:
    'Gray, LaPlante & Shaffer (2012), Behavioral characteristics of Internet gamblers who trigger corporate responsible gambling interventions, Psychology of Addictive Behaviors 26',
  laplante2014:
    'LaPlante, Nelson & Gray (2014), Breadth and depth involvement: understanding Internet gambling involvement and its relationship to gambling problems, Psychology of Addictive Behaviors 28',
  haeusler2016:
    'Haeusler (2016), Follow the money: using payment behaviour as predictor for future self-exclusion, International Gambling Studies 16',
  hopfgartner2022:
    'Hopfgartner, Auer, Griffiths & Helic (2022), Predicting self-exclusion among online gamblers: an empirical real-world study, Journal of Gambling Studies 39',
  auerAi2022:
    'Auer & Griffiths (2022), Using artificial intelligence algorithms to predict self-reported problem gambling with account-based player data in an online casino setting, Journal of Gambling Studies 39',
  auerChasing2022:
    'Auer & Griffiths (2022), An empirical attempt to operationalize chasing losses in gambling utilizing account-based player tracking data, Journal of Gambling Studies 39',
  zhang2024:
    'Zhang, Rights, Deng, Lesch & Clark (2024), Between-session chasing of losses and wins in an online eCasino, Scientific Reports 14',
} as const satisfies Record<string, string>;

export type Source = (typeof sources)[keyof typeof sources];
