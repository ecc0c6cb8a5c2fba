"""TFP's older example: functions that return distributions, a mixture prior that is trained with them, rank-3 codes."""

import tensorflow as tf
from small import digits, fit, tfd

import vaediag as vd

FILES = "a checkpoint (tf.train.Checkpoint)"


class Model(tf.Module):
    """Weights of two small networks and of a prior with ten components."""

    def __init__(self, latents=3, components=10):
        super().__init__()
        rng = tf.random.Generator.from_seed(1)

        def weights(*shape):
            return tf.Variable(rng.normal(shape) / tf.sqrt(float(shape[0])))

        self.latents = latents
        self.encoder = [weights(64, 32), weights(32, 2 * latents)]
        self.decoder = [weights(latents, 32), weights(32, 64)]
        self.bias = tf.Variable(tf.zeros(64))
        self.locs = tf.Variable(rng.normal((components, latents)))
        self.raw_scales = tf.Variable(tf.zeros((components, latents)))
        self.mixture_logits = tf.Variable(tf.zeros(components))

    def encode(self, x):
        hidden = tf.nn.relu(tf.reshape(x, (-1, 64)) @ self.encoder[0]) @ self.encoder[1]
        loc, raw = tf.split(hidden, 2, axis=-1)
        return tfd.MultivariateNormalDiag(loc, tf.nn.softplus(raw))

    def decode(self, codes):
        """Codes of any rank, [..., latents]."""
        flat = tf.reshape(codes, (-1, self.latents))
        logits = tf.nn.relu(flat @ self.decoder[0]) @ self.decoder[1] + self.bias
        logits = tf.reshape(logits, tf.concat([tf.shape(codes)[:-1], (8, 8, 1)], 0))
        return tfd.Independent(tfd.Bernoulli(logits=logits), 3)

    def prior(self):
        return tfd.MixtureSameFamily(
            tfd.Categorical(logits=self.mixture_logits),
            tfd.MultivariateNormalDiag(self.locs, tf.nn.softplus(self.raw_scales)),
        )


def binary():
    return (digits() > 0.5).astype("float32")


def train():
    model = Model()
    fit(binary(), model.encode, model.decode, model.trainable_variables, prior=model.prior)
    tf.train.Checkpoint(model=model).write("model")


def load():
    model = Model()
    tf.train.Checkpoint(model=model).read("model").assert_consumed()
    vae = vd.from_callables(model.encode, model.decode, prior=model.prior, event_shape=(8, 8, 1))
    assert tuple(vae.decode(tf.zeros((5, 2, 3))).batch_shape) == (5, 2)
    return vae, binary()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "diagonal normal",
    "prior": "mixture of 10 diagonal normals",
    "assumed": [],
}
