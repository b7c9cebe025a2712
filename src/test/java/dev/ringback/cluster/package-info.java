@NullMarked
package dev.ringback.cluster;

import org.jspecify.annotations.NullMarked;
