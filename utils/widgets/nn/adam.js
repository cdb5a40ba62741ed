// Adam (Kingma and Ba, 2014), with the formulas and defaults of Keras.

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-7];

/**
 * The optimizer of `count` parameters: (gradient, learningRate) → the step to add to them, in an array that the next call fills again.
 */
export function adam(count) {
  const [mean, square, step] = Array.from({ length: 3 }, () => new Float64Array(count));
  let time = 0;
  return (gradient, learningRate) => {
    time += 1;
    const rate = (learningRate * Math.sqrt(1 - BETA_2 ** time)) / (1 - BETA_1 ** time);
    for (let i = 0; i < count; i++) {
      const slope = gradient[i];
      mean[i] += (slope - mean[i]) * (1 - BETA_1);
      square[i] += (slope * slope - square[i]) * (1 - BETA_2);
      step[i] = (-rate * mean[i]) / (Math.sqrt(square[i]) + EPSILON);
    }
    return step;
  };
}
