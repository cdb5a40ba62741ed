// The pictures of ConvolutionLab: 24 rows of 24 letters, one a pixel, from A (0) to / (1).

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SIDE = 24;
const read = (rows) => Float32Array.from(rows.join(""), (letter) => LETTERS.indexOf(letter) / 63);

// the first test digit of MNIST
export const DIGIT = read([
  "AAAAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAAAA",
  "AAAAVunlPJAAAAAAAAAAAAAA",
  "AAAA3////8xxxxxxxxqNAAAA",
  "AAAARcSco4/4///+5//jAAAA",
  "AAAAAAAAAEQDRRRPF6/aAAAA",
  "AAAAAAAAAAAAAAAAV/0EAAAA",
  "AAAAAAAAAAAAAAAF6/VAAAAA",
  "AAAAAAAAAAAAAAAg/7LAAAAA",
  "AAAAAAAAAAAAAAP+/PAAAAAA",
  "AAAAAAAAAAAAAAh/uBAAAAAA",
  "AAAAAAAAAAAAACz9OAAAAAAA",
  "AAAAAAAAAAAAAf/tAAAAAAAA",
  "AAAAAAAAAAAAT+7OAAAAAAAA",
  "AAAAAAAAAAAF3/pAAAAAAAAA",
  "AAAAAAAAAABy/2JAAAAAAAAA",
  "AAAAAAAAAAJ//TAAAAAAAAAA",
  "AAAAAAAAAI3/cAAAAAAAAAAA",
  "AAAAAAAAAh//NAAAAAAAAAAA",
  "AAAAAAAAP8//NAAAAAAAAAAA",
  "AAAAAAAAe//2KAAAAAAAAAAA",
  "AAAAAAAAe/zEAAAAAAAAAAAA",
]);

// the eye of the cat Chelsea, by Stéfan van der Walt (CC0), as scikit-image ships her
export const PHOTO = read([
  "lourikdhrotulZnytfbhrmjj",
  "tunmjhisusuqsuioyihpwejn",
  "uqhjolhmuwwgh2qZuahjtTkm",
  "tnijlggluvueiy3eplkkpc0q",
  "vrrmtpgntzuglz8ekporhh3m",
  "u06svxknxztco5+imrdumk8p",
  "4762zy1yw1qew98ppthxwl8u",
  "1rcdZbgp04qf174zyou45u73",
  "gJZgcQHKa1vp11132v168377",
  "fZytnWLPPYx02zww21337334",
  "egvueFNUfMd231xvyy557yx2",
  "mbwpQBIZlRO132wuvv664y0z",
  "4ZrqXANepUMx74yutv553y0X",
  "4sZxpYhuhVKp98zysv4603mM",
  "k0tdmqrePNHk993zvv35x2gS",
  "kjzyjVOLSQMe594zxv00u3kc",
  "nqns4421wdSX392zywzyx3gn",
  "qrpoow34rgbVrz1yz11yxvXW",
  "pprpsqpqpkeXbqww1137vgkz",
  "poooqttsspiYepsw016/yeg3",
  "mhiomowyxrmegjpuyz8/3kgt",
  "qlmprrswupjiXZirtx6/3ngs",
  "1ywuvutvtslmiaalsw2+xhgr",
  "21141wvuvutsjcZipt0/zcfo",
]);

// a square, a disc and a slanting line
export const SHAPE = Float32Array.from({ length: SIDE ** 2 }, (_, i) => {
  const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
  const frame = x >= 2 && x <= 11 && y >= 2 && y <= 11 && (x < 4 || x > 9 || y < 4 || y > 9);
  const disc = Math.hypot(x - 16.5, y - 16.5) < 5;
  const line = Math.abs(x + y - 25) < 2 && y > 13 && x > 1;
  return frame || disc || line ? 1 : 0;
});
